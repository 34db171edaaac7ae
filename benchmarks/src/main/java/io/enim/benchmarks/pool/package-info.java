/** The cost of an ADD and a DEL by the number of ENIs. */
@NullMarked
package io.enim.benchmarks.pool;

import org.jspecify.annotations.NullMarked;
