/** The cost of the ledger by itself. */
@NullMarked
package io.enim.benchmarks.ledger;

import org.jspecify.annotations.NullMarked;
