// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.stages;

import io.enim.netlink.KernelStats;
import io.enim.spi.NetworkDevices;

/**
 * The end of a stage.
 *
 * @param nanos of {@link System#nanoTime}
 * @param sendNanos spent in sends to the kernel until then
 */
record StageMark(String stage, long nanos, long sendNanos) {
    /** Now. */
    static StageMark of(String stage, NetworkDevices devices) {
        long sendNanos = KernelStats.of(devices).orElseThrow().sendNanos();
        return new StageMark(stage, System.nanoTime(), sendNanos);
    }

    /** At a time when no more was sent. */
    StageMark then(String stageAfter, long later) {
        return new StageMark(stageAfter, later, sendNanos);
    }

    /** What passed since an earlier mark, without sends, in µs. */
    double ownMicrosSince(StageMark before) {
        return (nanos - before.nanos - (sendNanos - before.sendNanos)) / 1e3;
    }
}
