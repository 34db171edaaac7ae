package io.enim.netlink.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    @Test
    void aDeadlineCountsDownToZeroAndStays() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
        Deadline deadline = Deadline.after(Duration.ofMillis(2), now::get);
        assertThat(deadline.remainingMillis()).isEqualTo(2);
        now.addAndGet(1_000_001);
        assertThat(deadline.remainingMillis()).as("rounded up").isEqualTo(1);
        assertThat(deadline.isPast()).isFalse();
        now.addAndGet(1_000_000);
        assertThat(deadline.isPast()).isTrue();
        assertThat(deadline.remainingNanos()).isZero();
    }

    @Test
    void aDeadlineBeyondAnyClockIsFarAway() {
        assertThat(Deadline.after(Duration.ofSeconds(Long.MAX_VALUE)).isPast()).isFalse();
    }
}
