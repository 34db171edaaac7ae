package io.enim.benchmarks.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.benchmarks.device.Contender.Timing;
import io.enim.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class InterleavedRoundsTest {
    private final List<String> order = new ArrayList<>();

    private final class Runner implements Contender {
        private final String name;
        private final long nanos;

        Runner(String name, long nanos) {
            this.name = name;
            this.nanos = nanos;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Timing add() {
            order.add(name);
            return new Timing(nanos, nanos / 2);
        }

        @Override
        public Timing del() {
            order.add(name.toLowerCase(java.util.Locale.ROOT));
            return new Timing(nanos * 10, 0);
        }

        @Override
        public void close() {
            order.add("end of " + name);
        }
    }

    @Test
    void everyRoundBeginsWithAnotherOne() {
        InterleavedRounds interleavedRounds = new InterleavedRounds()
                .with(new Runner("A", 1))
                .with(new Runner("B", 1))
                .with(new Runner("C", 1));

        interleavedRounds.run(0, 3);
        interleavedRounds.close();

        assertThat(String.join("", order.subList(0, 18))).isEqualTo("AaBbCcBbCcAaCcAaBb");
        assertThat(order.subList(18, 21)).containsExactly("end of A", "end of B", "end of C");
    }

    @Test
    void warmUpCountsForNothingAndWhatIsSlowRunsFewerTimes() {
        Runner slow = new Runner("S", 1);
        Runner quick = new Runner("Q", 1);

        Map<Contender, ContenderTimes> times =
                new InterleavedRounds().with(quick).with(slow, 2).run(4, 5);

        assertThat(times.get(quick).adds().size()).isEqualTo(5);
        assertThat(times.get(slow).adds().size()).isEqualTo(2);
        assertThat(order.stream().filter("Q"::equals)).hasSize(9);
        assertThat(order.stream().filter("S"::equals)).hasSize(2);
    }

    @Test
    void theOwnShareIsWhatTheKernelDidNotTake() {
        ContenderTimes contenderTimes = new InterleavedRounds()
                .with(new Runner("A", 4_000_000))
                .run(0, 2)
                .values()
                .iterator()
                .next();

        assertThat(contenderTimes.adds().median()).isEqualTo(4);
        assertThat(contenderTimes.ownAdds().median()).isEqualTo(2);
        assertThat(contenderTimes.dels().median()).isEqualTo(40);
        assertThat(ContenderTimes.ratio(contenderTimes.dels(), contenderTimes.adds()))
                .isEqualTo(10);
        assertThat(ContenderTimes.ratio(Sample.of(1, 5), Sample.of(2, 2)))
                .as("mean over mean")
                .isEqualTo(1.5);
    }
}
