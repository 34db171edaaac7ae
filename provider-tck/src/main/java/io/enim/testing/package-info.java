/**
 * What tests of an ENI provider, or of a program that embeds ENIM, need beside the kits of
 * {@link io.enim.provider.tck}. Nothing here depends on another module of ENIM.
 *
 * <ul>
 *   <li><b>Time.</b> Clouds, pools and managers take a clock and a scheduler. Give them a
 *       {@link io.enim.testing.ManualClock} and a {@link io.enim.testing.ManualScheduler}: time passes only when the test
 *       advances it, so the test never sleeps, and an hour of retries takes a millisecond.
 *   <li><b>Histories.</b> {@link io.enim.testing.CallRecorder} records concurrent calls, and
 *       {@link io.enim.testing.Linearizability} searches an order of them that a {@link io.enim.testing.SequentialModel}
 *       allows.
 *   <li><b>Fuzzing.</b> A {@link io.enim.testing.FuzzTarget} reads any text or bytes: those that were mishandled once in each
 *       build, and others that Jazzer makes up when it is asked to.
 *   <li><b>The kernel.</b> A test class with {@link io.enim.testing.PrivateNamespaces} changes devices and namespaces, and
 *       runs only where these are not those of the machine.
 * </ul>
 *
 * <p><b>Threads.</b> The clock is safe for concurrent use; the scheduler's tasks run on the thread that advances the time.
 *
 * <p><b>Not promised.</b> A clock of {@link java.lang.System#nanoTime}: timeouts that a program measures with it take real
 * time.
 */
@NullMarked
package io.enim.testing;

import org.jspecify.annotations.NullMarked;
