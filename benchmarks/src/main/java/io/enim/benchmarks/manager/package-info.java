/** The manager's own cost, on devices in memory. */
@NullMarked
package io.enim.benchmarks.manager;

import org.jspecify.annotations.NullMarked;
