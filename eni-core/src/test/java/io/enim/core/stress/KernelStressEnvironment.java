package io.enim.core.stress;

import io.enim.DeviceException;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.core.BuilderSeams;
import io.enim.core.Enim;
import io.enim.core.TempDirectory;
import io.enim.core.TestNode;
import io.enim.core.chaos.Fault.Place;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.stress.StressProgram.Supply;
import io.enim.netlink.LinuxDevicesFactory;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.provider.fake.FakeProviderFactory;
import io.enim.spi.Liveness;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A machine with real veth devices in the network namespace that the process is in, which must be a private one; the cloud
 * is the fake one, whose calls fail by chance and go on to do so; another process cannot detach its ENIs.
 */
final class KernelStressEnvironment implements StressEnvironment {
    private static final Path HOST = Path.of("/");

    private final TempDirectory tempDirectory = TempDirectory.make();
    private final NetworkTestbed stage = NetworkTestbed.open();
    private final NetworkDevices devices = new LinuxDevicesFactory().create();
    private final ChaoticSeams seams = new ChaoticSeams();
    private final Map<Path, TestbedNamespace> sandboxes = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<EniSetting, String> settings;
    private Supplier<EniManager> next = () -> {
        throw new IllegalStateException("not prepared");
    };

    KernelStressEnvironment(int enis, Supply supply) {
        settings = supply.settings(enis);
        // Real devices take their time when many cores want the kernel's one lock.
        settings.put(EniSetting.ADD_TIMEOUT, "5s");
        settings.put(EniSetting.DEL_TIMEOUT, "5s");
        settings.put(EniSetting.UNDO_TIMEOUT, "5s");
        settings.put(EniSetting.GC_TIMEOUT, "10s");
        settings.put(EniSetting.DEVICE_TIMEOUT, "5s");
        settings.put(EniSetting.POOL_RATE, "100");
        settings.put(EniSetting.POOL_POLL_INITIAL, "50ms");
        settings.put(EniSetting.POOL_RECONCILE, "1s");
        settings.put(EniSetting.GC_INTERVAL, "1h");
    }

    @Override
    public void prepare(FailPoint probe, StressOracle oracle, SeededManagerBug bug, Liveness runtime) {
        Instrumentation instrumentation = new Instrumentation(oracle);
        CallOrder order = new CallOrder(oracle);
        NetworkDevices watched = order.around(seams.around(Place.DEVICES, instrumentation.around(bug.around(devices))));
        EniSettings.Builder builder = EniSettings.builder("soak")
                .set(EniSetting.CLUSTER, "soak")
                .set(EniSetting.PROVIDER, "test")
                .set(EniSetting.RUN_DIR, tempDirectory.path().resolve("run"))
                .set(EniSetting.STATE_DIR, tempDirectory.path().resolve("state"));
        settings.forEach(builder::set);
        Map<String, String> fake = Map.of(
                "plug", "veth",
                "max-enis", settings.get(EniSetting.POOL_MAX),
                "state-file", tempDirectory.path().resolve("cloud").toString(),
                "seed", Integer.toString(numbers.incrementAndGet()),
                "throttle-rate", "0.05",
                "fail-rate", "0.02",
                "lose-rate", "0.02");
        fake.forEach((key, value) -> builder.set("enim.provider.test." + key, value));
        next = () -> bug.around(
                TestNode.build(
                        BuilderSeams.failPoint(
                                seams.around(Enim.builder(builder.build()), runtime)
                                        .devices(watched),
                                probe),
                        context -> order.around(seams.around(
                                Place.PROVIDER,
                                instrumentation.around(bug.around(new FakeProviderFactory().create(context)))))),
                watched);
    }

    @Override
    public EniManager start() {
        return next.get();
    }

    @Override
    public Path sandbox(String name) {
        TestbedNamespace made = stage.create(name + "-" + numbers.incrementAndGet());
        sandboxes.put(made.path(), made);
        return made.path();
    }

    @Override
    public void kill(Path sandbox) {
        sandboxes.remove(sandbox).close();
        stage.delete(sandbox.getFileName().toString());
    }

    @Override
    public Optional<Path> locate(MacAddress mac) {
        if (devices.find(mac, TIMEOUT).isPresent()) {
            return Optional.of(HOST);
        }
        return sandboxes.keySet().stream().filter(path -> isIn(path, mac)).findFirst();
    }

    private boolean isIn(Path path, MacAddress mac) {
        try (Netns netns = devices.open(path)) {
            return devices.find(mac, netns, TIMEOUT).isPresent();
        } catch (InvalidRequestException e) {
            return false; // It died while this was looking.
        } catch (DeviceException e) {
            if (e.kind() == DeviceException.Kind.NAMESPACE_GONE) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public ChaoticSeams seams() {
        return seams;
    }

    @Override
    public Path directory() {
        return tempDirectory.path();
    }

    @Override
    public List<String> residue(List<Eni> listed) {
        return unexpectedDevices(devices, listed);
    }

    @Override
    public void close() {
        sandboxes.keySet().forEach(this::kill);
        stage.close();
        devices.close();
        tempDirectory.close();
    }
}
