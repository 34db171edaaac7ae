package io.enim.systemtests.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.CheckReport;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.core.Enim;
import io.enim.core.ManagerFailPoint;
import io.enim.core.internal.step.FailPoint;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.systemtests.e2e.HostPrograms;
import io.enim.systemtests.e2e.HostPrograms.ProgramResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The machine as a node: its first namespace is the host, the fake cloud's ENIs are NICs, tenants have namespaces. */
final class NicNode implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PLUG = "/run/plug";

    private final Path directory;
    private final int enis;
    private final NetworkTestbed testbed = NetworkTestbed.open();
    final TestbedNamespace host = testbed.host();
    private final Map<String, TestbedNamespace> namespaces = new ConcurrentHashMap<>();
    /** How each ENI's device was before any tenant had it. */
    final Map<MacAddress, Device> fresh = new HashMap<>();

    EniManager manager;

    /** Plugs so many NICs in; ready when this returns. */
    NicNode(Path directory, int enis) {
        this.directory = directory;
        this.enis = enis;
        start();
        host.devices().forEach(device -> fresh.put(device.identity(), device));
        assertThat(fresh).as("NICs").hasSize(enis);
        assertThat(fresh.values())
                .as("hardware, as a cloud's")
                .allMatch(nic -> nic.permanentMac().isPresent() && nic.kind().isEmpty());
    }

    /** The manager of a node, on this machine's NICs, with its cloud's memory in the directory. */
    static EniManager manager(Path directory, int enis, FailPoint probe) {
        EniSettings settings = EniSettings.builder("vm")
                .set(EniSetting.PROVIDER, "fake")
                .set(EniSetting.DEVICES, "linux")
                .set(EniSetting.RUN_DIR, directory.resolve("run"))
                .set(EniSetting.STATE_DIR, directory.resolve("state"))
                .set(EniSetting.POOL_MIN, enis)
                .set(EniSetting.POOL_MAX, enis)
                .set(EniSetting.POOL_RATE, "1000")
                .set(EniSetting.POOL_POLL_INITIAL, "100ms")
                .set(EniSetting.POOL_COOLDOWN, "0s")
                .set(EniSetting.GC_INTERVAL, "1h")
                .set(EniSetting.GC_AGE, "1s")
                .providerSetting("fake", "plug", "command")
                .providerSetting("fake", "plug-command", PLUG)
                .providerSetting("fake", "max-enis", Integer.toString(enis))
                .providerSetting("fake", "state-file", directory + "/cloud")
                .build();
        return ManagerFailPoint.set(Enim.builder(settings), probe).build();
    }

    /** Starts a manager in place of one that ended; all is free when this returns. */
    void start() {
        takeOver();
        awaitReady(enis);
    }

    /** Starts a manager in place of one that ended, with whatever it left. */
    void takeOver() {
        manager = manager(directory, enis, FailPoint.NONE);
    }

    /** Ends the manager, as an upgrade does; ENIs and tenants stay. */
    void stop() {
        manager.close();
    }

    void awaitReady(int count) {
        await(count + " ready ENIs")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(EniException.class)
                .untilAsserted(() -> assertThat(manager.enis())
                        .filteredOn(eni -> eni.state() == EniState.READY)
                        .hasSize(count));
    }

    static Endpoint endpoint(String name) {
        return Endpoint.of("shop", name, "container-" + name);
    }

    /** A tenant's namespace; it ends with this, if not before. */
    TestbedNamespace namespace(String name) {
        TestbedNamespace made = testbed.create(name);
        namespaces.put(name, made);
        return made;
    }

    static AddRequest request(String name) {
        return AddRequest.forEndpoint(endpoint(name))
                .netns(Path.of("/run/netns", name))
                .build();
    }

    /** An endpoint with an ENI in a namespace of its own. */
    Tenant tenant(String name) {
        return new Tenant(namespace(name), manager.add(request(name)));
    }

    /** An endpoint that got its ENI. */
    record Tenant(TestbedNamespace sandbox, Assignment assignment) {
        Endpoint endpoint() {
            return assignment.endpoint();
        }

        MacAddress mac() {
            return assignment.eni().mac();
        }

        String address() {
            return assignment.ipv4().orElseThrow().address().getHostAddress();
        }

        String name() {
            return endpoint().name();
        }
    }

    /** What CHECK says that differs. */
    List<String> differences(Tenant tenant) {
        return manager.check(tenant.endpoint()).differences().stream()
                .map(CheckReport.Difference::what)
                .toList();
    }

    /** Ends a namespace, as the death of its last process does. */
    void kill(String name) {
        namespaces.remove(name).close();
        testbed.delete(name);
    }

    /** The device with this identity on the host, whatever it is called. */
    Optional<Device> onHost(MacAddress mac) {
        return host.devices().stream()
                .filter(device -> device.identity().equals(mac))
                .findFirst();
    }

    /** Waits until the kernel has put the device back on the host, which it does some time after its namespace ended. */
    Device awaitFallen(MacAddress mac) {
        return await("the device falls back to the host")
                .atMost(PATIENCE)
                .until(() -> onHost(mac), Optional::isPresent)
                .orElseThrow();
    }

    /** P2 and P13 for all: every ENI free, every device on the host and as it was before any tenant had it. */
    void assertAllOnHostAndFresh() {
        awaitReady(enis);
        assertThat(manager.assignments()).isEmpty();
        // A NIC that was plugged in again sits in another slot, and its number on the host may be another's now.
        assertThat(host.devices())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("ifindex", "parent")
                .containsExactlyInAnyOrderElementsOf(fresh.values());
    }

    /** Whether a packet gets from one tenant's NIC to another's. */
    static boolean reaches(Tenant from, Tenant to) {
        return succeeds("nsenter --net=/run/netns/" + from.name() + " busybox ping -c 1 -W 5 " + to.address());
    }

    /** Whether a NIC can be taken out while it is up, as a cloud does; user-mode Linux refuses. */
    static boolean takesOutWhatIsUp() {
        return System.getProperty("enim.vm", "").equals("qemu");
    }

    /** Takes a NIC out, or puts it back, behind the cloud's back; false when the machine refused. */
    static boolean plug(String verb, MacAddress mac) {
        return succeeds(PLUG + " " + verb + " " + mac);
    }

    private static boolean succeeds(String command) {
        try {
            ProgramResult result = HostPrograms.run(command.split(" "));
            if (result.status() != 0) {
                System.out.println(command + " exited with " + result);
            }
            return result.status() == 0;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(command, e);
        }
    }

    /** Takes all NICs out, so that the next test finds none. */
    @Override
    public void close() {
        manager.close();
        List.copyOf(namespaces.keySet()).forEach(this::kill);
        for (MacAddress mac : fresh.keySet()) {
            await("the NIC is taken out").atMost(PATIENCE).until(() -> plug("unplug", mac));
        }
        host.close();
        testbed.close();
    }
}
