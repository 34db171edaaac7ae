/**
 * The cost of garbage collection and restarts by the number of assignments. Entry: {@link
 * io.enim.benchmarks.gc.GcPart}.
 */
@NullMarked
package io.enim.benchmarks.gc;

import org.jspecify.annotations.NullMarked;
