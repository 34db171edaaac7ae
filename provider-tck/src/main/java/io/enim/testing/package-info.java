/**
 * Time that a test moves, for clouds, pools and managers that take a clock and a scheduler. Entry type:
 * {@link io.enim.testing.ManualScheduler}.
 *
 * <p>Threads: the clock may be read by any; the scheduler's tasks run on the thread that moves the time.
 */
@NullMarked
package io.enim.testing;

import org.jspecify.annotations.NullMarked;
