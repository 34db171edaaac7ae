// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The differences between an endpoint and its assignment. Immutable.
 *
 * @param differences empty means that all is as it was set up
 */
public record CheckReport(Endpoint endpoint, List<Difference> differences) {
    /**
     * One difference.
     *
     * @param what the attribute, like {@code address} or {@code mtu}
     * @param expected what was set up
     * @param actual what was found
     */
    public record Difference(String what, String expected, String actual) {
        public Difference {
            what = PrintableText.of(what);
            expected = PrintableText.of(expected);
            actual = PrintableText.of(actual);
        }

        @Override
        public String toString() {
            return what + ": expected " + expected + ", found " + actual;
        }
    }

    public CheckReport {
        requireNonNull(endpoint, "endpoint");
        differences = List.copyOf(differences);
    }

    /** Whether there is no difference. */
    public boolean isOk() {
        return differences.isEmpty();
    }
}
