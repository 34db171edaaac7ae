// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.Assignment;
import io.enim.EniSetting;
import io.enim.GcReport.Finding;
import io.enim.GcRequest.Mode;
import io.enim.core.internal.gc.AssignmentSweep;
import io.enim.core.internal.gc.EniSweep;
import io.enim.core.internal.gc.GarbageCollector;
import io.enim.core.internal.gc.GcSchedule;
import io.enim.core.internal.gc.Retries;
import io.enim.core.internal.gc.UnreadableSweep;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.liveness.LivenessArbiter;
import io.enim.provider.EniProvider;
import io.enim.spi.Liveness;
import io.enim.spi.NamespaceId;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Puts garbage collection together. */
record CollectorStart(
        ManagerRuntime runtime,
        NodeRecords records,
        NetworkDevices devices,
        EniProvider provider,
        NodeOperations operations,
        Function<Mode, List<Finding>> orphans) {
    /** A schedule that runs nothing yet. */
    GcSchedule schedule(List<? extends Liveness> sources) {
        return runtime.lifetime()
                .part(
                        "garbage collection",
                        new GcSchedule(
                                collector(arbiter(sources)),
                                runtime.execution(),
                                runtime.execution()
                                        .scheduler(1, runtime.lifetime().threads("gc")),
                                runtime.deadlines(),
                                runtime.duration(EniSetting.GC_INTERVAL),
                                runtime.duration(EniSetting.GC_TIMEOUT),
                                runtime.execution().random()::nextDouble));
    }

    private Duration releaseTimeout() {
        return runtime.duration(EniSetting.DEL_TIMEOUT);
    }

    private LivenessArbiter arbiter(List<? extends Liveness> sources) {
        return new LivenessArbiter(
                runtime.platform().disk(),
                List.copyOf(sources),
                assignment -> operations
                        .check()
                        .findOnHost(assignment, releaseTimeout())
                        .isPresent(),
                this::namespaceOfDevice,
                runtime.duration(EniSetting.GC_AGE),
                runtime.clock());
    }

    private Optional<NamespaceId> namespaceOfDevice(Assignment assignment) {
        Optional<Netns> found = assignment.baseline().flatMap(baseline -> devices.locate(baseline, releaseTimeout()));
        found.ifPresent(Netns::close);
        return found.map(Netns::id);
    }

    private GarbageCollector collector(LivenessArbiter arbiter) {
        Ledger ledger = records.ledger();
        DeviceBaselines baselines = records.baselines();
        return new GarbageCollector(
                new AssignmentSweep(
                        ledger,
                        operations.executor(),
                        operations.release(),
                        operations.timelines(),
                        arbiter,
                        runtime.clock(),
                        releaseTimeout(),
                        runtime.duration(EniSetting.GC_AGE)),
                new UnreadableSweep(
                        ledger,
                        baselines,
                        devices,
                        operations.listings()::now,
                        operations.executor(),
                        operations.timelines(),
                        operations.unreadable(),
                        releaseTimeout()),
                new EniSweep(
                        ledger,
                        baselines,
                        operations.listings()::now,
                        provider,
                        devices,
                        operations.executor(),
                        operations.repairs(),
                        runtime.steps(),
                        releaseTimeout()),
                new Retries(runtime.clock()),
                orphans,
                ledger,
                runtime.metrics(),
                runtime.clock().wall());
    }
}
