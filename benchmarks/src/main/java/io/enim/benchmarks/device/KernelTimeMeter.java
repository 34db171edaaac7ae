package io.enim.benchmarks.device;

import io.enim.benchmarks.device.Contender.Took;
import io.enim.netlink.KernelUse;
import io.enim.spi.NetworkDevices;

/** Measures work on a device layer: all of it, and what of it the kernel's handling of sends took. */
final class Meter {
    private Meter() {}

    static Took measure(NetworkDevices devices, Runnable work) {
        KernelUse before = use(devices);
        long began = System.nanoTime();
        work.run();
        long nanos = System.nanoTime() - began;
        return new Took(nanos, use(devices).since(before).sendNanos());
    }

    static KernelUse use(NetworkDevices devices) {
        return KernelUse.of(devices).orElseThrow();
    }
}
