/** What ENIM costs, measured. */
@NullMarked
package io.enim.benchmarks;

import org.jspecify.annotations.NullMarked;
