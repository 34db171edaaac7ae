package io.enim.core.internal.gc;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniMetrics;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.liveness.LivenessArbiter;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
import io.enim.spi.DeviceEvent;
import io.enim.testing.ManualClock;
import io.enim.testing.ManualScheduler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many rounds the events of a busy host cost. */
class EventRoundsTest {
    private static final Duration SOON = Duration.ofMillis(60);

    @TempDir
    private Path directory;

    private final ManualClock clock = new ManualClock();
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private int rounds;
    private Ledger ledger;
    private GcSchedule schedule;

    /** Over an empty ledger: a round examines nothing, and takes its time once. */
    @BeforeEach
    void open() {
        ledger = Ledger.open(RecordStore.open(Disk.OF_THE_MACHINE, directory, Durability.PROCESS, clock), "boot");
        LivenessArbiter arbiter = new LivenessArbiter(
                Disk.OF_THE_MACHINE, List.of(), any -> false, any -> Optional.empty(), Duration.ZERO, clock);
        GarbageCollector collector = new GarbageCollector(
                new AssignmentSweep(ledger, null, null, null, arbiter, clock, Duration.ZERO, Duration.ZERO),
                new UnreadableSweep(ledger, null, null, null, null, null, null, Duration.ZERO),
                null,
                new Retries(clock),
                null,
                ledger,
                EniMetrics.NONE,
                () -> {
                    rounds++;
                    return clock.instant();
                });
        schedule = new GcSchedule(collector, Execution.JDK, scheduler, scheduler, Duration.ofHours(1), SOON, () -> 0.5);
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    private void event() {
        schedule.onEvent(new DeviceEvent(DeviceEvent.Kind.ON_HOST, Optional.empty()));
    }

    @Test
    void anEventIsFollowedByARoundAtOnceAndThoseOfTheSecondAfterByOne() {
        event();
        event();
        scheduler.advance(SOON);
        assertThat(rounds).isEqualTo(1);
        event();
        event();
        scheduler.advance(SOON);
        assertThat(rounds).as("not twice within a second").isEqualTo(1);
        scheduler.advance(Duration.ofSeconds(1));
        assertThat(rounds).isEqualTo(2);
        scheduler.advance(Duration.ofMinutes(1));
        assertThat(rounds).as("nothing happened").isEqualTo(2);
        event();
        scheduler.advance(SOON);
        assertThat(rounds).as("at once again").isEqualTo(3);
    }

    @Test
    void p19_aBusyHostCostsOneRoundASecond() {
        for (int i = 0; i < 1000; i++) {
            event();
            scheduler.advance(Duration.ofMillis(10));
        }
        assertThat(rounds).isBetween(9, 11);
    }
}
