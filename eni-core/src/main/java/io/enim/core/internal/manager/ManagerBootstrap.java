// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.GcReport.Finding;
import io.enim.GcRequest.Mode;
import io.enim.Health.Status;
import io.enim.LifecycleListener;
import io.enim.core.internal.gc.GcSchedule;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.operation.AvailabilitySignal;
import io.enim.core.internal.pool.Outlook;
import io.enim.core.internal.serviceloader.NamedServices;
import io.enim.spi.Liveness;
import io.enim.spi.NetworkDevices;
import io.enim.spi.NetworkDevicesFactory;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Builds a manager from its parts, in the order of their dependencies; {@link Lifetime} ends them in reverse. Used once. */
public final class ManagerBootstrap {
    private final Given given;
    private final Platform platform;
    private final Lifetime lifetime;

    public ManagerBootstrap(Given given, Platform platform) {
        this.given = given;
        this.platform = platform;
        this.lifetime = new Lifetime(platform.execution(), given.settings().duration(EniSetting.CLOSE_TIMEOUT));
    }

    /** Builds and starts the manager; on an error, closes what it has opened. */
    public EniManager build() {
        try {
            return assemble();
        } catch (RuntimeException | Error e) {
            lifetime.endAfter(e);
            throw e;
        }
    }

    private EniManager assemble() {
        ManagerRuntime runtime = ManagerRuntime.start(given, platform, lifetime);
        NodeRecords records = NodeRecords.open(runtime);
        Optional<LifecycleEvents> events = given.listener().map(listener -> events(listener, records.ledger()));
        NetworkDevices layer = given.devices().orElseGet(() -> lifetime.foreignPart("the device layer", loadDevices()));
        NetworkDevices devices = ForeignPart.devices(layer);
        AvailabilitySignal availability = new AvailabilitySignal();
        Pools pools = new Pools();
        TimedProvider provider = new ProviderStart(runtime, given, records, layer, availability, pools).start();
        NodeOperations operations = NodeOperations.start(runtime, records, devices, provider, availability, pools);
        EndpointOperations onEndpoints = operations.onEndpoints(runtime, records.ledger());
        SandboxOperations onSandboxes = SandboxOperations.of(runtime, records, devices, onEndpoints);
        SandboxKeeper keeper = new SandboxKeeper(onSandboxes);
        availability.tell(keeper::missed, keeper::freed);
        NodeSandboxes sandboxes = new NodeSandboxes(onSandboxes, keeper);
        List<BoundedLiveness> sources = given.liveness().stream()
                .map(source -> bounded(source, runtime))
                .toList();
        Function<Mode, List<Finding>> orphans = mode -> Stream.of(pools.collectOrphans(mode), sandboxes.collect(mode))
                .flatMap(List::stream)
                .toList();
        GcSchedule gc = new CollectorStart(runtime, records, devices, provider, operations, orphans).schedule(sources);
        DeviceHeartbeats deviceHeartbeats = lifetime.part(
                "heartbeats of the device layer",
                new DeviceHeartbeats(devices, runtime.execution(), lifetime.threads("device-health")));
        Vitals vitals = new Vitals(
                () -> Stream.of(
                                pools.outlooks(),
                                operations
                                        .executor()
                                        .failure()
                                        .map(why -> new Outlook(Status.UNAVAILABLE, why, false))
                                        .stream(),
                                surroundings())
                        .flatMap(Function.identity())
                        .toList(),
                () -> Stream.of(
                                pools.problems(),
                                gc.problems(),
                                keeper.problems(),
                                operations.add().sandboxPaths().problems(),
                                sources.stream().flatMap(BoundedLiveness::problems))
                        .flatMap(Function.identity())
                        .toList(),
                () -> Stream.of(
                                operations
                                        .executor()
                                        .heartbeats(runtime.duration(EniSetting.UNDO_TIMEOUT), runtime.longestStep()),
                                pools.heartbeats(),
                                Stream.of(gc.heartbeat()),
                                deviceHeartbeats.ask(),
                                lifetime.listenerHeartbeats(),
                                provider.calls().hanging())
                        .flatMap(Function.identity())
                        .toList(),
                new OperationsUnderWay(operations.executor(), availability)::read,
                pools::cloudCalls);
        EniManager manager = new NodeEniManager(
                records.ledger(),
                records.baselines(),
                onEndpoints,
                sandboxes,
                operations.listings(),
                gc,
                vitals,
                lifetime::end);
        lifetime.foreignPart("the watch over devices", devices.watch(gc::onEvent));
        gc.start();
        sandboxes.start();
        events.ifPresent(told -> told.watch(manager::health));
        return manager;
    }

    private Stream<Outlook> surroundings() {
        Status status = given.surroundings().status();
        return given.surroundings().reasons().stream()
                .map(reason -> new Outlook(status, reason, status != Status.UNAVAILABLE));
    }

    private LifecycleEvents events(LifecycleListener listener, Ledger ledger) {
        LifecycleEvents events = new LifecycleEvents(
                listener, lifetime.listenerThread("the lifecycle listener", "listener"), ledger.all());
        ledger.watch(events::changed);
        return events;
    }

    private NetworkDevices loadDevices() {
        return NamedServices.load(
                        NetworkDevicesFactory.class,
                        given.classLoader(),
                        EniSetting.DEVICES,
                        NetworkDevicesFactory::name)
                .choose(given.settings().text(EniSetting.DEVICES))
                .create();
    }

    private BoundedLiveness bounded(Liveness source, ManagerRuntime runtime) {
        return lifetime.part(
                "a source of liveness",
                new BoundedLiveness(
                        source,
                        runtime.execution(),
                        runtime.duration(EniSetting.DEL_TIMEOUT),
                        lifetime.threads("liveness")));
    }
}
