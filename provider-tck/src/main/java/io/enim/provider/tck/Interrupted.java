package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniException;
import java.time.Duration;

/** Makes a call on a thread that is interrupted already. */
final class Interrupted {
    private Interrupted() {}

    static void call(String rule, Duration patience, String name, Runnable call) {
        boolean kept = Race.alone(rule, patience, () -> {
            Thread.currentThread().interrupt();
            return flagAfter(rule, name, call);
        });
        assertThat(kept)
                .as(
                        "%s: %s ended on an interrupted thread, and the interrupt flag was gone; look for a caught"
                                + " InterruptedException, or Thread.interrupted(), without Thread.currentThread()"
                                + ".interrupt() after it",
                        rule, name)
                .isTrue();
    }

    /** An interrupted call may answer or fail, as long as it fails with an error of ENIM's. */
    static boolean flagAfter(String rule, String name, Runnable call) {
        try {
            call.run();
        } catch (EniException e) {
            assertThat(e.getMessage())
                    .as("%s: %s failed on an interrupted thread without a message", rule, name)
                    .isNotBlank();
        }
        return Thread.currentThread().isInterrupted();
    }
}
