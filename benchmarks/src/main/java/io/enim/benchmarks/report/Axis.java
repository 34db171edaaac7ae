// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An axis: the position of a value on it, from 0 to 1, and its ticks. A linear axis begins at 0. */
record Axis(double low, double high, boolean log) {

    static Axis over(double[] values, boolean log) {
        double least = Arrays.stream(values).min().orElse(log ? 1 : 0);
        double most = Arrays.stream(values).max().orElse(10);
        if (!log) {
            double step = step(Math.max(most, 1e-9));
            return new Axis(0, Math.ceil(most / step) * step, false);
        }
        if (least <= 0) {
            throw new IllegalArgumentException(least + " has no place on a logarithmic axis; use a linear one");
        }
        double low = Math.pow(10, Math.floor(Math.log10(least)));
        double high = Math.pow(10, Math.ceil(Math.log10(most)));
        return new Axis(low, high > low ? high : low * 10, true);
    }

    double at(double value) {
        return log ? Math.log10(value / low) / Math.log10(high / low) : (value - low) / (high - low);
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (log) {
            for (double tick = low; tick <= high * 1.001; tick *= 10) {
                ticks.add(tick);
            }
        } else {
            double step = step(high);
            for (int i = 0; i * step <= high * 1.001; i++) {
                ticks.add(i * step);
            }
        }
        return ticks;
    }

    /** 1, 2 or 5 times a power of ten, so that there are about five ticks. */
    private static double step(double most) {
        double power = Math.pow(10, Math.floor(Math.log10(most)));
        double first = most / power;
        return first > 5 ? power * 2 : first > 2 ? power : first > 1 ? power / 2 : power / 5;
    }
}
