// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.device;

import static io.enim.benchmarks.report.Sample.number;

import io.enim.benchmarks.device.Contender.Timing;
import io.enim.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The durations of one contender's operations. Not thread-safe. */
public final class ContenderTimes {
    private final List<Timing> adds = new ArrayList<>();
    private final List<Timing> dels = new ArrayList<>();

    void add(Timing add, Timing del) {
        adds.add(add);
        dels.add(del);
    }

    public Sample adds() {
        return sample(adds, Timing::millis);
    }

    public Sample dels() {
        return sample(dels, Timing::millis);
    }

    /** The ADDs without the kernel's part. */
    Sample ownAdds() {
        return sample(adds, Timing::ownMillis);
    }

    /** The DELs without the kernel's part. */
    Sample ownDels() {
        return sample(dels, Timing::ownMillis);
    }

    private static Sample sample(List<Timing> all, ToDoubleFunction<Timing> millis) {
        return Sample.of(all.stream().mapToDouble(millis).toArray());
    }

    /** Mean over mean: the kernel's ticks make medians jump by a quarter, but not means. */
    public static double ratio(Sample one, Sample other) {
        return one.mean() / other.mean();
    }

    /** The cells of a row behind its name: the count, ADD, DEL, both relative to the yardstick, and the own share. */
    public String cells(ContenderTimes yardstick) {
        boolean knowsOwn = adds.stream().allMatch(timing -> timing.kernel().sendNanos() > 0);
        String own = number(ownAdds().median(), 2) + " / " + number(ownDels().median(), 2);
        return String.join(
                " | ",
                String.valueOf(adds.size()),
                cells(adds(), yardstick.adds()),
                cells(dels(), yardstick.dels()),
                knowsOwn ? own : "–");
    }

    private static String cells(Sample sample, Sample base) {
        return number(sample.median(), 1) + " | " + number(sample.p99(), 1) + " | " + sample.spread(1) + " | "
                + number(ratio(sample, base), 2);
    }

    /** The header of {@link #cells}. */
    public static String header(String yardstick) {
        return "n | ADD p50 | p99 | quartiles | x %1$s | DEL p50 | p99 | quartiles | x %1$s | own share ADD / DEL p50"
                .formatted(yardstick);
    }
}
