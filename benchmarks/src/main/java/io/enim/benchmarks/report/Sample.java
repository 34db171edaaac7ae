// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Measured values, in order of size. Percentiles are measured values, never interpolated. */
public final class Sample {
    private final double[] sorted;

    private Sample(double[] sorted) {
        this.sorted = sorted;
    }

    /** A sample of at least one value. */
    public static Sample of(List<Double> values) {
        return of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    public static Sample of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a sample has no values; measure at least one");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Sample(sorted);
    }

    public int size() {
        return sorted.length;
    }

    /** The smallest value that at least this share of all values does not exceed. */
    public double percentile(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.max(rank, 1) - 1];
    }

    public double median() {
        return percentile(50);
    }

    public double p99() {
        return percentile(99);
    }

    public double mean() {
        return Arrays.stream(sorted).average().orElseThrow();
    }

    /** The middle half, from the first to the third quartile: a spread that one outlier cannot move. */
    public String spread(int digits) {
        return number(percentile(25), digits) + " to " + number(percentile(75), digits);
    }

    /** A number with so many digits after the point, the same on every machine. */
    public static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }
}
