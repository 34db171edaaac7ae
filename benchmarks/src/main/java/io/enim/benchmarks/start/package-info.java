/** The time from the start of a JVM to its first ADD, and its memory. Runs in namespaces of its own. */
@NullMarked
package io.enim.benchmarks.start;

import org.jspecify.annotations.NullMarked;
