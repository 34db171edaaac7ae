package io.enim;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What differs from what was set up for an endpoint. Nothing is changed by checking.
 *
 * @param endpoint who was checked
 * @param differences what differs; empty means all is as it was set up
 */
public record CheckReport(Endpoint endpoint, List<Difference> differences) {
    /**
     * One thing that differs.
     *
     * @param what the thing, like {@code address} or {@code mtu}
     * @param expected what was set up
     * @param actual what is there
     */
    public record Difference(String what, String expected, String actual) {
        public Difference {
            requireNonNull(what, "what");
            requireNonNull(expected, "expected");
            requireNonNull(actual, "actual");
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

    /** Whether all is as it was set up. */
    public boolean isOk() {
        return differences.isEmpty();
    }
}
