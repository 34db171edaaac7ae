// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniException;
import io.enim.provider.tck.FaultInjector.Fault;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Calls that are interrupted, before they begin or while they wait. */
final class InterruptedCalls {
    private record Outcome(boolean flagKept, Optional<EniException> error) {}

    private InterruptedCalls() {}

    /** On a thread that is interrupted already. */
    static void call(String rule, TimeLimit limit, String name, Runnable call) {
        Outcome outcome = ConcurrentCalls.runAlone(rule + " (" + name + ")", limit, () -> {
            Thread.currentThread().interrupt();
            return run(call);
        });
        requireFlagKept(outcome, rule, name);
    }

    /**
     * While it waits for an answer that does not come. The answer is still held back when this returns.
     *
     * @return the error the call ended with; empty when it answered
     */
    static Optional<EniException> whileWaiting(
            String rule, TimeLimit limit, FaultInjector faults, String name, Runnable call) {
        faults.next(name, Fault.HANG);
        Outcome outcome = ConcurrentCalls.runAlone(rule + " (" + name + ")", limit, () -> {
            Thread caller = Thread.currentThread();
            Thread interrupter = new Thread(
                    () -> {
                        while (!faults.isHanging() && caller.isAlive()) {
                            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                        }
                        caller.interrupt();
                    },
                    ThreadLeakCheck.KIT_THREADS + "interrupter");
            interrupter.setDaemon(true);
            interrupter.start();
            return run(call);
        });
        requireFlagKept(outcome, rule, name);
        return outcome.error();
    }

    /** An interrupted call may answer, or fail with an {@link EniException}. */
    private static Outcome run(Runnable call) {
        Optional<EniException> error = Optional.empty();
        try {
            call.run();
        } catch (EniException e) {
            error = Optional.of(e);
        }
        return new Outcome(Thread.currentThread().isInterrupted(), error);
    }

    private static void requireFlagKept(Outcome outcome, String rule, String name) {
        assertThat(outcome.flagKept())
                .as(
                        "%s: %s cleared the flag of an interrupted thread; look for a caught InterruptedException,"
                                + " or Thread.interrupted(), without Thread.currentThread().interrupt() after it",
                        rule, name)
                .isTrue();
        outcome.error()
                .ifPresent(error -> assertThat(error.getMessage())
                        .as("%s: %s failed on an interrupted thread without a message", rule, name)
                        .isNotBlank());
    }
}
