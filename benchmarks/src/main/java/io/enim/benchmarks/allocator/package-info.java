/**
 * The allocator beside the alternatives a user would choose, all doing the same keyed job. Entry:
 * {@link io.enim.benchmarks.allocator.AllocatorPart}.
 */
@NullMarked
package io.enim.benchmarks.allocator;

import org.jspecify.annotations.NullMarked;
