package io.enim.benchmarks.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.benchmarks.report.Sample;
import io.enim.netlink.KernelStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class InterleavedRoundsTest {
    private final List<String> order = new ArrayList<>();

    private Contender runner(String name, long nanos) {
        return new Contender() {
            @Override
            public Timing add() {
                order.add(name);
                return new Timing(nanos, new KernelStats(0, nanos / 2));
            }

            @Override
            public Timing del() {
                order.add(name.toLowerCase(Locale.ROOT));
                return Timing.of(nanos * 10);
            }

            @Override
            public void close() {
                order.add("end of " + name);
            }
        };
    }

    @Test
    void everyRoundBeginsWithAnotherOne() {
        new InterleavedRounds()
                .with("A", runner("A", 1))
                .with("B", runner("B", 1))
                .with("C", runner("C", 1))
                .measure(0, 3);

        assertThat(String.join("", order.subList(0, 18))).isEqualTo("AaBbCcBbCcAaCcAaBb");
        assertThat(order.subList(18, 21)).containsExactly("end of A", "end of B", "end of C");
    }

    @Test
    void warmUpCountsForNothingAndWhatIsSlowRunsFewerTimes() {
        Map<String, ContenderTimes> times = new InterleavedRounds()
                .with("quick", runner("Q", 1))
                .with("slow", runner("S", 1), 2)
                .measure(4, 5);

        assertThat(times.get("quick").adds().size()).isEqualTo(5);
        assertThat(times.get("slow").adds().size()).isEqualTo(2);
        assertThat(order.stream().filter("Q"::equals)).hasSize(9);
        assertThat(order.stream().filter("S"::equals)).hasSize(2);
    }

    @Test
    void theOwnShareIsWhatTheKernelDidNotTake() {
        ContenderTimes times = new InterleavedRounds()
                .with("A", runner("A", 4_000_000))
                .measure(0, 2)
                .get("A");

        assertThat(times.adds().median()).isEqualTo(4);
        assertThat(times.ownAdds().median()).isEqualTo(2);
        assertThat(times.dels().median()).isEqualTo(40);
        assertThat(ContenderTimes.ratio(times.dels(), times.adds())).isEqualTo(10);
        assertThat(ContenderTimes.ratio(Sample.of(1, 5), Sample.of(2, 2)))
                .as("mean over mean")
                .isEqualTo(1.5);
    }
}
