package io.enim.benchmarks.device;

import static io.enim.benchmarks.report.Sample.number;

import io.enim.benchmarks.device.Contender.Timing;
import io.enim.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.List;

/** The durations of one contender's operations. Not thread-safe. */
public final class ContenderTimes {
    private final List<Timing> adds = new ArrayList<>();
    private final List<Timing> dels = new ArrayList<>();

    /** Adds an ADD and its DEL. */
    public void add(Timing add, Timing del) {
        adds.add(add);
        dels.add(del);
    }

    public Sample adds() {
        return millis(adds);
    }

    public Sample dels() {
        return millis(dels);
    }

    /** The ADDs without the kernel's part. */
    public Sample ownAdds() {
        return own(adds);
    }

    /** The DELs without the kernel's part. */
    public Sample ownDels() {
        return own(dels);
    }

    /** Whether the kernel's part is measured. */
    public boolean knowsOwn() {
        return adds.stream().allMatch(timing -> timing.kernelNanos() > 0);
    }

    private static Sample millis(List<Timing> all) {
        return Sample.of(all.stream().mapToDouble(Timing::millis).toArray());
    }

    private static Sample own(List<Timing> all) {
        return Sample.of(all.stream().mapToDouble(Timing::ownMillis).toArray());
    }

    /** Mean over mean: the kernel's ticks make medians jump by a quarter, but not means. */
    public static double ratio(Sample one, Sample other) {
        return one.mean() / other.mean();
    }

    /** The cells of a table: the count, ADD, DEL, both relative to the yardstick, and the own share. */
    public List<String> cells(String name, ContenderTimes yardstick) {
        return List.of(
                name,
                String.valueOf(adds.size()),
                number(adds().median(), 1),
                number(adds().p99(), 1),
                adds().spread(1),
                number(ratio(adds(), yardstick.adds()), 2),
                number(dels().median(), 1),
                number(dels().p99(), 1),
                dels().spread(1),
                number(ratio(dels(), yardstick.dels()), 2),
                knowsOwn()
                        ? number(ownAdds().median(), 2) + " / "
                                + number(ownDels().median(), 2)
                        : "–");
    }

    /** The header of {@link #cells}. */
    public static List<String> columns(String yardstick) {
        return List.of(
                "ms",
                "n",
                "ADD p50",
                "p99",
                "quartiles",
                "x " + yardstick,
                "DEL p50",
                "p99",
                "quartiles",
                "x " + yardstick,
                "own share ADD / DEL p50");
    }
}
