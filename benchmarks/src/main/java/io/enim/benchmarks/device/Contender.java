package io.enim.benchmarks.device;

/** Moves one device of its own into one namespace of its own, and back to the host. Not thread-safe. */
public interface Contender extends AutoCloseable {
    /** Its name on the page. */
    String name();

    /** ADD; the device was on the host. */
    Timing add();

    /** DEL; the device was inside. */
    Timing del();

    @Override
    void close();

    /**
     * The duration of an operation.
     *
     * @param nanos the whole duration
     * @param kernelNanos the part of it spent in sends to the kernel; 0 where that is not measured
     */
    record Timing(long nanos, long kernelNanos) {
        double millis() {
            return nanos / 1e6;
        }

        double ownMillis() {
            return (nanos - kernelNanos) / 1e6;
        }
    }
}
