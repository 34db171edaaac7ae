package io.enim.core.stress;

import io.enim.DeviceException;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.core.Enim;
import io.enim.core.TestNode;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.stress.StressProgram.Supply;
import io.enim.netlink.LinuxDevicesFactory;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.provider.fake.FakeProviderFactory;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A machine with real veth devices in the network namespace that the process is in, which must be a private one; the cloud
 * is the fake one, whose calls fail by chance. Devices do not fail on request here: what goes wrong is what the kernel does
 * when namespaces die and managers are killed.
 */
final class KernelStressEnvironment implements StressEnvironment {
    private static final Path HOST = Path.of("/");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final TempDirectory tempDirectory = TempDirectory.make();
    private final NetworkTestbed stage = NetworkTestbed.open();
    private final NetworkDevices devices = new LinuxDevicesFactory().create();
    private final Map<Path, TestbedNamespace> sandboxes = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<EniSetting, String> settings;
    private StressOracle stressOracle = new StressOracle(this::locate);
    private SeededManagerBug seededManagerBug = SeededManagerBug.NONE;

    KernelStressEnvironment(int enis, Supply supply) {
        settings = FastSettings.settings(enis, supply);
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
    public void instrument(StressOracle oracle, SeededManagerBug bug) {
        stressOracle = oracle;
        seededManagerBug = bug;
    }

    @Override
    public EniManager start(FailPoint probe) {
        InstrumentedDevices watched = new InstrumentedDevices(seededManagerBug.devices(devices), stressOracle);
        EniSettings.Builder builder = EniSettings.builder("soak")
                .set(EniSetting.CLUSTER, "soak")
                .set(EniSetting.PROVIDER, "test")
                .set(EniSetting.RUN_DIR, tempDirectory.directory().resolve("run"))
                .set(EniSetting.STATE_DIR, tempDirectory.directory().resolve("state"));
        settings.forEach(builder::set);
        Map<String, String> fake = Map.of(
                "plug", "veth",
                "max-enis", settings.get(EniSetting.POOL_MAX),
                "state-file", tempDirectory.directory().resolve("cloud").toString(),
                "seed", Integer.toString(numbers.incrementAndGet()),
                "throttle-rate", "0.05",
                "fail-rate", "0.02",
                "lose-rate", "0.02");
        fake.forEach((key, value) -> builder.set("enim.provider.test." + key, value));
        EniManager manager = TestNode.build(
                Enim.builder(builder.build()).devices(watched).failPoint(probe),
                context -> new InstrumentedProvider(
                        seededManagerBug.provider(new FakeProviderFactory().create(context)), stressOracle));
        return seededManagerBug.manager(manager, watched);
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
    public void disturb(StressAction stressAction) {
        // By chance only, and at the cloud only: see the factory's settings.
    }

    @Override
    public void heal() {
        // What fails by chance goes on to do so; every end must be reached all the same.
    }

    @Override
    public void detach(int number, StressOracle oracle) {
        // A cloud in another process would be needed.
    }

    @Override
    public int attachAgain(Set<String> enis) {
        return 0;
    }

    @Override
    public List<String> residue(List<Eni> listed) {
        List<String> macs =
                listed.stream().map(eni -> eni.mac().toString()).sorted().toList();
        List<String> onHost = devices.hostDevices(TIMEOUT).stream()
                .map(Device::identity)
                .map(MacAddress::toString)
                .filter(mac -> !mac.equals("00:00:00:00:00:00"))
                .sorted()
                .toList();
        return onHost.equals(macs) ? List.of() : List.of("on the host are " + onHost + ", expected " + macs);
    }

    @Override
    public void close() {
        sandboxes.keySet().forEach(this::kill);
        stage.close();
        devices.close();
        tempDirectory.close();
    }
}
