// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Observes every call that was answered. Implementations return quickly and do not throw. */
@FunctionalInterface
public interface CniMetrics {
    /** Ignores all calls. */
    CniMetrics NONE = (command, code, took) -> {};

    /** A call was answered: of one of the specification's commands, or {@code unknown}; code 0 is success. */
    void callAnswered(String command, int code, Duration took);

    /** Records the timer {@code enim.cni.call}, by command and code. Both come from fixed sets. */
    static CniMetrics in(MeterRegistry registry) {
        return (command, code, took) -> Timer.builder("enim.cni.call")
                .description("calls of the CNI plugin, by code; 0 is success")
                .tag("command", command)
                .tag("code", Integer.toString(code))
                .register(registry)
                .record(took);
    }
}
