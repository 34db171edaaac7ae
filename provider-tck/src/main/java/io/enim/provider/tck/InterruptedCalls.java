package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniException;
import io.enim.provider.tck.FaultInjector.Fault;
import java.time.Duration;
import java.util.Optional;

/** Makes calls that are interrupted, before they begin or while they wait. */
final class Interrupted {
    private record Ended(boolean kept, Optional<EniException> error) {}

    private Interrupted() {}

    /** On a thread that is interrupted already. */
    static void call(String rule, Duration patience, String name, Runnable call) {
        Ended ended = Race.alone(rule + " (" + name + ")", patience, () -> {
            Thread.currentThread().interrupt();
            return run(call);
        });
        requireKept(ended, rule, name);
    }

    /**
     * While it waits for an answer that does not come. The answer is still held back when this returns.
     *
     * @return the error the call ended with; empty when it answered
     */
    static Optional<EniException> whileWaiting(
            String rule, Duration patience, FaultInjector faults, String name, Runnable call) {
        faults.next(name, Fault.HANG);
        Ended ended = Race.alone(rule + " (" + name + ")", patience, () -> {
            Thread caller = Thread.currentThread();
            Thread interrupter = new Thread(() -> {
                Settled.until(
                        patience,
                        faults::isHanging,
                        hangs -> hangs,
                        no -> rule + ": faults() let no " + name + " hang");
                caller.interrupt();
            });
            interrupter.setDaemon(true);
            interrupter.start();
            return run(call);
        });
        requireKept(ended, rule, name);
        return ended.error();
    }

    /** An interrupted call may answer or fail, as long as it fails with an error of ENIM's. */
    private static Ended run(Runnable call) {
        Optional<EniException> error = Optional.empty();
        try {
            call.run();
        } catch (EniException e) {
            error = Optional.of(e);
        }
        return new Ended(Thread.currentThread().isInterrupted(), error);
    }

    private static void requireKept(Ended ended, String rule, String name) {
        assertThat(ended.kept())
                .as(
                        "%s: %s ended on an interrupted thread, and the interrupt flag was gone; look for a caught"
                                + " InterruptedException, or Thread.interrupted(), without Thread.currentThread()"
                                + ".interrupt() after it",
                        rule, name)
                .isTrue();
        ended.error()
                .ifPresent(error -> assertThat(error.getMessage())
                        .as("%s: %s failed on an interrupted thread without a message", rule, name)
                        .isNotBlank());
    }
}
