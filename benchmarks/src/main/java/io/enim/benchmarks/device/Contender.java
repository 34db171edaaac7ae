package io.enim.benchmarks.device;

/** Brings one device of its own into one namespace of its own, and home again. Not thread-safe. */
public interface Contender extends AutoCloseable {
    /** What the page calls it. */
    String name();

    /** ADD; the device was at home. */
    Timing add();

    /** DEL; the device was inside. */
    Timing del();

    @Override
    void close();

    /**
     * How long an operation took.
     *
     * @param nanos all of it
     * @param kernelNanos what of it was spent in sends to the kernel; 0 where that is not told apart
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
