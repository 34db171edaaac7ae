package io.enim.core.stress;

import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.MacAddress;
import io.enim.core.TestNode;
import io.enim.core.chaos.Fault.Place;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.stress.StressProgram.Supply;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.provider.fake.region.CloudRefusal;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.spi.Device;
import io.enim.spi.Liveness;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A machine whose devices and cloud are in memory, and whose every call can be made to fail or hang. */
final class InMemoryStressEnvironment implements StressEnvironment {
    private static final int SPARE = 8;

    private final TestNode node;
    private final ChaoticSeams seams = new ChaoticSeams();
    private final String foreign;

    InMemoryStressEnvironment(int enis, Supply supply) {
        // The cloud allows some more, so that a detached ENI can be attached again beside its replacement.
        node = new TestNode(enis + SPARE)
                .set(EniSetting.DEVICE_TIMEOUT, "200ms")
                .set(EniSetting.CLOUD_TIMEOUT, "300ms")
                .set(EniSetting.POOL_RECONCILE, "50ms");
        supply.settings(enis).forEach(node::set);
        foreign = node.foreignEni();
    }

    @Override
    public void prepare(FailPoint probe, StressOracle oracle, SeededManagerBug bug, Liveness runtime) {
        Instrumentation instrumentation = new Instrumentation(oracle);
        CallOrder order = new CallOrder(oracle);
        NetworkDevices watched =
                order.around(seams.around(Place.DEVICES, instrumentation.around(bug.around(node.devices()))));
        node.aroundDevices(devices -> watched)
                .aroundCloud(cloud -> seams.around(Place.CLOUD, instrumentation.around(cloud)))
                .aroundProvider(provider ->
                        order.around(seams.around(Place.PROVIDER, instrumentation.around(bug.around(provider)))))
                .aroundManager(manager -> bug.around(manager, watched))
                .building(builder -> seams.around(builder, runtime))
                .failPoint(probe);
    }

    @Override
    public EniManager start() {
        return node.startNow();
    }

    @Override
    public void pass(Duration time) {
        node.pass(time);
    }

    @Override
    public void stepClock(Duration step) {
        node.stepClock(step);
    }

    @Override
    public void tenantChanges(MacAddress mac, Path sandbox) {
        InMemoryDevices devices = node.devices();
        synchronized (devices) { // So that it does not return to the host meanwhile.
            if (devices.whereIs(mac).equals(Optional.of(sandbox))) {
                devices.modifyDevice(mac, device -> {
                    device.alias = sandbox.getFileName().toString();
                    device.mtu = 1400;
                });
            }
        }
    }

    @Override
    public Optional<String> tenantResidue(MacAddress mac) {
        return node.devices().find(mac, TIMEOUT).flatMap(Device::alias);
    }

    @Override
    public Path sandbox(String name) {
        return node.sandbox(name);
    }

    @Override
    public void kill(Path sandbox) {
        node.devices().killSandbox(sandbox);
    }

    @Override
    public Optional<Path> locate(MacAddress mac) {
        return node.devices().whereIs(mac);
    }

    @Override
    public ChaoticSeams seams() {
        return seams;
    }

    @Override
    public Path directory() {
        return node.directory();
    }

    @Override
    public void detach(int number, StressOracle stressOracle) {
        List<SimulatedEni> enis = node.model().enis().stream()
                .filter(eni -> !eni.id().equals(foreign))
                .toList();
        if (enis.isEmpty()) {
            return;
        }
        String eni = enis.get(number % enis.size()).id();
        stressOracle.detachBegins(eni);
        if (isRefused(() -> node.model().detach(eni))) {
            stressOracle.count("detachments refused");
        }
        stressOracle.detachEnds(eni);
    }

    private static boolean isRefused(Runnable call) {
        try {
            call.run();
            return false;
        } catch (CloudRefusal e) {
            return true;
        }
    }

    @Override
    public int attachAgain(Set<String> enis) {
        return (int) node.model().enis().stream()
                .filter(eni -> enis.contains(eni.id()) && eni.state() == SimulatedEni.State.AVAILABLE)
                .filter(eni -> isRefused(() -> node.attach(eni.id()))) // The pool may be at it as well.
                .count();
    }

    @Override
    public List<String> residue(List<Eni> listed) {
        List<String> unexpected = new ArrayList<>(unexpectedDevices(node.devices(), listed));
        List<String> expected = Stream.concat(listed.stream().map(Eni::id), Stream.of(foreign))
                .sorted()
                .toList();
        List<String> inCloud =
                node.model().enis().stream().map(SimulatedEni::id).sorted().toList();
        if (!expected.equals(inCloud)) {
            unexpected.add("listed are " + expected + ", in the cloud " + inCloud);
        }
        return unexpected;
    }

    @Override
    public void close() {
        node.delete();
    }
}
