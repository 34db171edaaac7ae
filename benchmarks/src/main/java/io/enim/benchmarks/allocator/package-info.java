/** The allocator beside the alternatives a user would choose, all doing the same keyed job. */
@NullMarked
package io.enim.benchmarks.allocator;

import org.jspecify.annotations.NullMarked;
