package io.enim.examples.agent.conflist;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private static final int PATIENCE = 30;

    private final Presence presence = new Presence(Duration.ofSeconds(PATIENCE), false);

    private boolean observe(boolean serves, int second) {
        return presence.observe(serves, TimeUnit.SECONDS.toNanos(second));
    }

    @Test
    void itIsThereOnceTheAgentCanServeAndNotBefore() {
        assertThat(observe(false, 0)).isFalse();
        assertThat(observe(false, 100)).isFalse();
        assertThat(observe(true, 101)).isTrue();
    }

    @Test
    void itGoesWhenTheAgentCouldNotServeForThePatienceWithoutAPause() {
        observe(true, 0);
        assertThat(observe(false, 1)).isTrue();
        assertThat(observe(true, 20)).isTrue();
        assertThat(observe(false, 21)).isTrue();
        assertThat(observe(false, 50)).isTrue();
        assertThat(observe(false, 51)).isFalse();
    }

    @Test
    void onceItWentItComesBackOnlyAfterThePatience() {
        observe(true, 0);
        observe(false, 1);
        assertThat(observe(false, 31)).isFalse();
        assertThat(observe(true, 32)).isFalse();
        assertThat(observe(false, 40)).isFalse();
        assertThat(observe(true, 41)).isFalse();
        assertThat(observe(true, 71)).isTrue();
    }

    @Test
    void thatOfTheAgentBeforeStaysUntilThisOneCannotServeForThePatience() {
        Presence next = new Presence(Duration.ofSeconds(PATIENCE), true);
        assertThat(next.observe(false, 0)).isTrue();
        assertThat(next.observe(false, TimeUnit.SECONDS.toNanos(29))).isTrue();
        assertThat(next.observe(false, TimeUnit.SECONDS.toNanos(30))).isFalse();
    }

    /** However health changes, it changes at most once in the patience, but for its first appearance. */
    @Test
    void itNeverFlaps() {
        Random random = new Random(1);
        boolean last = false;
        int lastChange = -PATIENCE;
        int changes = 0;
        for (int second = 0; second < 100_000; second++) {
            boolean now = observe(random.nextInt(PATIENCE) != 0 == (second / 300 % 2 == 0), second);
            if (now != last) {
                assertThat(second - lastChange).isGreaterThanOrEqualTo(PATIENCE);
                lastChange = second;
                last = now;
                changes++;
            }
        }
        assertThat(changes).isGreaterThan(10);
    }
}
