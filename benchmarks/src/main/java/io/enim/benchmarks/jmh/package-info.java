/** What the benchmarks that JMH runs share. */
@NullMarked
package io.enim.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
