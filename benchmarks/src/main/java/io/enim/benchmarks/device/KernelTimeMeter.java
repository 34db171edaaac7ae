package io.enim.benchmarks.device;

import io.enim.benchmarks.device.Contender.Timing;
import io.enim.netlink.KernelStats;
import io.enim.spi.NetworkDevices;

/** Measures work on a device layer: its whole duration, and the part in which the kernel handled sends. */
final class KernelTimeMeter {
    private KernelTimeMeter() {}

    static Timing measure(NetworkDevices devices, Runnable work) {
        KernelStats before = use(devices);
        long began = System.nanoTime();
        work.run();
        long nanos = System.nanoTime() - began;
        return new Timing(nanos, use(devices).since(before).sendNanos());
    }

    static KernelStats use(NetworkDevices devices) {
        return KernelStats.of(devices).orElseThrow();
    }
}
