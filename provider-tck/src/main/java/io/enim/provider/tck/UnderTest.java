// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.tck;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.enim.EniException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What a vendor says of its cloud or provider, and how a kit waits for it. */
abstract class UnderTest {
    /** How long a change may take until it can be seen, and a call until it ends. */
    protected Duration timeout() {
        return Duration.ofSeconds(30);
    }

    /** Whether a thread belongs to the test's surroundings, like an emulator's server, and not to what is tested. */
    protected boolean isUnrelatedThread(Thread thread) {
        return false;
    }

    /** Makes calls fail, or an allocation hang, at the cloud's side; empty when that is not possible. */
    protected Optional<FaultInjector> faults() {
        return Optional.empty();
    }

    final FaultInjector requireFaults(String otherwise) {
        Optional<FaultInjector> faults = faults();
        assumeTrue(faults.isPresent(), otherwise + ": faults() is empty");
        return faults.orElseThrow();
    }

    TimeLimit timeLimit() {
        return new TimeLimit(timeout());
    }

    /** As {@link TimeLimit#until}. */
    final <T> T until(
            Supplier<? extends T> observation, Predicate<? super T> isSettled, Function<? super T, String> otherwise) {
        return timeLimit().until(observation, isSettled, otherwise);
    }

    /** As {@link ConcurrentCalls#runTogether}. */
    final <T> List<T> together(String rule, int threads, IntFunction<T> call) {
        return ConcurrentCalls.runTogether(rule, timeLimit(), threads, call);
    }

    /** The error of a call that is interrupted while its answer is held back, which it no longer is afterwards. */
    final Optional<EniException> interruptWaiting(String rule, FaultInjector faults, String name, Runnable call) {
        try {
            return InterruptedCalls.whileWaiting(rule, timeLimit(), faults, name, call);
        } finally {
            faults.release();
        }
    }

    final void requireNoneLeft(ThreadLeakCheck leakCheck, String rule) {
        leakCheck.requireNoneLeft(rule, timeLimit(), this::isUnrelatedThread);
    }
}
