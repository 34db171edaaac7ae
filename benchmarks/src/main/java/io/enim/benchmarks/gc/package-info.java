/** The cost of garbage collection and restarts by the number of assignments. */
@NullMarked
package io.enim.benchmarks.gc;

import org.jspecify.annotations.NullMarked;
