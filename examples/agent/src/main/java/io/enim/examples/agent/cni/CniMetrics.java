package io.enim.examples.agent.cni;

import java.time.Duration;

/** Hears of every call that was answered; for metrics. Implementations return quickly and do not throw. */
@FunctionalInterface
public interface CniMetrics {
    /** Hears nothing. */
    CniMetrics NONE = (command, code, took) -> {};

    /**
     * A call was answered.
     *
     * @param command what was asked for, one of the specification's commands; {@code unknown} for any other
     * @param code 0 for success, else the code of the error
     * @param took how long
     */
    void callAnswered(String command, int code, Duration took);
}
