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

    /** The duration of an operation, and what it cost the kernel, zeros where that is not measured. */
    record Timing(long nanos, KernelStats kernel) {
        /** Where only the duration is measured. */
        public static Timing of(long nanos) {
            return new Timing(nanos, new KernelStats(0, 0));
        }

        /** Runs work on a device layer. */
        static Timing of(NetworkDevices devices, Runnable work) {
            KernelStats before = KernelStats.of(devices).orElseThrow();
            long began = System.nanoTime();
            work.run();
            long nanos = System.nanoTime() - began;
            return new Timing(nanos, KernelStats.of(devices).orElseThrow().since(before));
        }

        double millis() {
            return nanos / 1e6;
        }

        double ownMillis() {
            return (nanos - kernel.sendNanos()) / 1e6;
        }
    }
}
