// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.device;

import io.enim.netlink.KernelStats;
import io.enim.spi.NetworkDevices;

/** Moves one device of its own into one namespace of its own, and back to the host. Not thread-safe. */
public interface Contender extends AutoCloseable {
    /** ADD; the device was on the host. */
    Timing add();

    /** DEL; the device was inside. */
    Timing del();

    @Override
    default void close() {}

    /** The duration of an operation, and the part of it spent in sends to the kernel, 0 where that is not measured. */
    record Timing(long nanos, long kernelNanos) {
        /** Runs work on a device layer. */
        static Timing of(NetworkDevices devices, Runnable work) {
            KernelStats before = KernelStats.of(devices).orElseThrow();
            long began = System.nanoTime();
            work.run();
            long nanos = System.nanoTime() - began;
            return new Timing(
                    nanos, KernelStats.of(devices).orElseThrow().since(before).sendNanos());
        }

        double millis() {
            return nanos / 1e6;
        }

        double ownMillis() {
            return (nanos - kernelNanos) / 1e6;
        }
    }
}
