// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.EniSetting;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.operation.AddOperation;
import io.enim.core.internal.operation.AvailabilitySignal;
import io.enim.core.internal.operation.CheckOperation;
import io.enim.core.internal.operation.DeviceRepairs;
import io.enim.core.internal.operation.EniClaim;
import io.enim.core.internal.operation.HostDeviceFinder;
import io.enim.core.internal.operation.ReleaseOperation;
import io.enim.core.internal.operation.SandboxPaths;
import io.enim.core.internal.operation.UnreadableRelease;
import io.enim.core.internal.operation.WaitRecorder;
import io.enim.core.internal.step.TimelineRecorder;
import io.enim.spi.NetworkDevices;
import java.util.OptionalInt;

/** The operations on endpoints, and what garbage collection shares with them. */
record NodeOperations(
        PerEndpointExecutor executor,
        TimelineRecorder timelines,
        ProviderListing listings,
        DeviceRepairs repairs,
        ReleaseOperation release,
        UnreadableRelease unreadable,
        CheckOperation check,
        AddOperation add) {
    static NodeOperations start(
            ManagerRuntime runtime,
            NodeRecords records,
            NetworkDevices devices,
            TimedProvider provider,
            AvailabilitySignal availability,
            Pools pools) {
        Lifetime lifetime = runtime.lifetime();
        PerEndpointExecutor executor = lifetime.part(
                "the per-endpoint executor",
                new PerEndpointExecutor(
                        runtime.execution(),
                        runtime.settings().count(EniSetting.MAX_OPERATIONS),
                        lifetime.threads("operation"),
                        runtime.deadlines()));
        TimelineRecorder timelines = new TimelineRecorder(runtime.clock().wall(), runtime.steps());
        new WaitRecorder(
                        availability,
                        timelines,
                        runtime.metrics(),
                        runtime.clock().wall())
                .start();
        ProviderListing listings = new ProviderListing(
                provider,
                lifetime.part(
                        "calls to the provider",
                        new BoundedProviderCalls(
                                runtime.execution(),
                                runtime.duration(EniSetting.CLOUD_TIMEOUT),
                                lifetime.threads("provider"))));
        DeviceRepairs repairs = new DeviceRepairs();
        ReleaseOperation release = new ReleaseOperation(
                records.ledger(), records.baselines(), provider, devices, availability, pools::startCooldown);
        AddOperation add = new AddOperation(
                records.ledger(),
                devices,
                new SandboxPaths(devices),
                records.baselines(),
                new EniClaim(provider, availability, mtu(runtime)),
                new HostDeviceFinder(
                        devices, records.baselines(), repairs, runtime.duration(EniSetting.DEVICE_TIMEOUT)),
                release,
                runtime.clock().wall(),
                runtime.duration(EniSetting.UNDO_TIMEOUT));
        return new NodeOperations(
                executor,
                timelines,
                listings,
                repairs,
                release,
                new UnreadableRelease(
                        records.ledger(),
                        records.baselines(),
                        listings::now,
                        release,
                        runtime.clock().wall()),
                new CheckOperation(records.ledger(), devices),
                add);
    }

    EndpointOperations onEndpoints(ManagerRuntime runtime, Ledger ledger) {
        return new EndpointOperations(
                runtime.settings(), ledger, executor, timelines, runtime.metrics(), add, release, unreadable, check);
    }

    private static OptionalInt mtu(ManagerRuntime runtime) {
        int mtu = runtime.settings().count(EniSetting.MTU);
        return mtu == 0 ? OptionalInt.empty() : OptionalInt.of(mtu);
    }
}
