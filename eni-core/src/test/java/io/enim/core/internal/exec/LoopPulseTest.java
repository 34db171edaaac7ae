package io.enim.core.internal.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.Overriding;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoopPulseTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private long nanos;
    private final Execution execution = Overriding.methods(Execution.class, Execution.JDK, new Object() {
        @SuppressWarnings("unused") // called by its name
        public long nanoTime() {
            return nanos;
        }
    });
    private final LoopPulse pulse = new LoopPulse("a loop", execution, LIMIT);

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void p15_aLoopThatRestsIsNotLateHoweverLongUntilATurnIsDue() {
        pass(Duration.ofDays(400));
        assertThat(pulse.read().standsStill()).isFalse();
        pulse.due(Duration.ZERO);
        pass(MINUTE);
        assertThat(pulse.read().standsStill()).isTrue();
        assertThat(pulse.read().toString()).startsWith("a loop: has not begun a turn that is due");
    }

    @Test
    void p15_aTurnThatDoesNotEndIsLate() {
        pulse.due(Duration.ZERO);
        pulse.begins("runs a round");
        pass(Duration.ofSeconds(20));
        assertThat(pulse.read().standsStill()).isFalse();
        pulse.due(Duration.ofHours(1)); // What is asked for meanwhile changes nothing.
        pass(Duration.ofSeconds(20));
        assertThat(pulse.read().standsStill()).isTrue();
        assertThat(pulse.read().activity()).isEqualTo("runs a round");
        assertThat(pulse.read().age()).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void p15_theEarliestTurnThatIsDueCounts() {
        pulse.begins("runs a round");
        pulse.rests(Duration.ofHours(1));
        pulse.due(Duration.ofHours(2));
        pulse.due(Duration.ofSeconds(1));
        pass(MINUTE);
        assertThat(pulse.read().standsStill()).isTrue();
        pulse.begins("runs a round");
        pulse.rests(Duration.ofHours(1));
        pass(MINUTE);
        assertThat(pulse.read().standsStill()).isFalse();
    }
}
