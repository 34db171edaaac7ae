package io.enim.systemtests.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.DeviceException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.NoEniAvailableException;
import io.enim.core.Enim;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.systemtests.QuickNode;
import io.enim.systemtests.host.HostInterference.Action;
import io.enim.testing.PrivateNamespaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Endpoints come and go while threads rename, flush, set down, enslave and mark whatever device is on the host, and take the
 * names it should have (F17, F18). Operations may fail, with an error that says of which device and why; nothing is lost, no
 * ENI has two holders, no other device is touched, and when the interferences rest all is as it was.
 */
@PrivateNamespaces
class HostileHostIT {
    static final String BRIDGE = "machinebr";
    static final String FOREIGN = "other";
    private static final int ENIS = 4;
    private static final List<String> PODS = List.of("pod0", "pod1", "pod2");
    private static final int ROUNDS = 12;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** Each device that the host configures is watched for longer than the time before, and is not offered meanwhile (P20). */
    private static final Duration INTERFERENCE = Duration.ofSeconds(15);

    private static final Duration LONGEST = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    private final NetworkTestbed testbed = NetworkTestbed.open();
    private final TestbedNamespace host = testbed.host();
    private EniManager manager;
    private final AtomicBoolean interfere = new AtomicBoolean(true);
    private final ConcurrentLinkedQueue<EniException> errors = new ConcurrentLinkedQueue<>();
    /** Who holds an ENI, as the endpoints see it. */
    private final Map<String, Endpoint> holders = new ConcurrentHashMap<>();

    @BeforeEach
    void start() {
        host.addBridge(BRIDGE);
        manager = Enim.builder(QuickNode.settings("hostile", directory, ENIS)
                        .set(EniSetting.GC_INTERVAL, "1s")
                        .set(EniSetting.GC_AGE, "1s")
                        .build())
                .build();
        eventually(this::assertAllReady);
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(LONGEST).ignoreExceptionsInstanceOf(EniException.class).untilAsserted(assertion);
    }

    @AfterEach
    void end() {
        if (manager != null) {
            manager.close();
        }
        testbed.names().forEach(testbed::delete);
        host.deleteDevice(BRIDGE);
        host.close();
        testbed.close();
    }

    private void assertAllReady() {
        assertThat(manager.enis()).hasSize(ENIS).allMatch(eni -> eni.state() == EniState.READY);
    }

    /** By MAC: the devices of the machine itself are left out. */
    private Map<MacAddress, Device> devicesOnHost() {
        Set<MacAddress> ours = manager.enis().stream().map(Eni::mac).collect(Collectors.toSet());
        return host.devices().stream()
                // A bridge carries a MAC of its ports.
                .filter(device -> !device.name().equals(BRIDGE) && ours.contains(device.identity()))
                .collect(Collectors.toMap(Device::identity, device -> device));
    }

    /** How many of an endpoint's ADDs are served. */
    private int serve(String pod) {
        int served = 0;
        long start = System.nanoTime();
        try (TestbedNamespace sandbox = testbed.create(pod)) {
            for (int round = 0; round < ROUNDS && System.nanoTime() - start < INTERFERENCE.toNanos(); round++) {
                Endpoint endpoint = Endpoint.of("shop", pod, "container-" + pod + "-" + round);
                try {
                    Assignment assignment = manager.add(AddRequest.forEndpoint(endpoint)
                            .netns(Path.of("/run/netns", pod))
                            .whenEmpty(AddRequest.WhenEmpty.WAIT)
                            .timeout(PATIENCE)
                            .build());
                    String eni = assignment.eni().id();
                    assertThat(holders.putIfAbsent(eni, endpoint))
                            .as("P1: who else holds " + eni)
                            .isNull();
                    assertThat(sandbox.devices())
                            .as("what is in the sandbox is the ENI's")
                            .extracting(Device::identity)
                            .containsExactly(assignment.eni().mac());
                    served++;
                    holders.remove(eni);
                } catch (EniException e) {
                    errors.add(e);
                }
                try {
                    manager.del(endpoint);
                } catch (EniException e) {
                    errors.add(e);
                }
            }
        }
        return served;
    }

    /** Takes names that devices should have on the host, and gives them back. */
    private void takeNames(Set<String> names) {
        while (interfere.get()) {
            int number = 0;
            List<String> taken = new ArrayList<>();
            for (String name : names) {
                String end = FOREIGN + number++;
                try {
                    host.addVeth(VethPair.between(name, end));
                    taken.add(end);
                } catch (NetlinkException e) {
                    assertThat(e.errnoName()).as("a name that is in use").isEqualTo("EEXIST");
                }
            }
            taken.forEach(host::deleteDevice);
        }
    }

    @Test
    void p5_p9_f17_f18_nothingIsLostWhileTheHostInterferes() throws Exception {
        manager.gc(); // It looks at each device once, as they are in peace.
        Map<MacAddress, Device> before = devicesOnHost();
        host.addVeth(VethPair.between("other90", "other91"));
        Device foreign = host.device("other90").orElseThrow();
        ExecutorService threads = Executors.newCachedThreadPool();
        List<HostInterference> interferences = new ArrayList<>();
        int served = 0;
        try {
            List<Future<?>> interfering = new ArrayList<>();
            for (Action action : Action.values()) {
                HostInterference interference = new HostInterference(action, host, interfere);
                interferences.add(interference);
                interfering.add(threads.submit(interference));
            }
            Set<String> names = before.values().stream().map(Device::name).collect(Collectors.toSet());
            interfering.add(threads.submit(() -> takeNames(names)));
            List<Future<Integer>> endpoints =
                    PODS.stream().map(pod -> threads.submit(() -> serve(pod))).toList();
            for (Future<Integer> endpoint : endpoints) {
                served += endpoint.get();
            }
            interfere.set(false);
            for (Future<?> each : interfering) {
                each.get();
            }
        } finally {
            interfere.set(false);
            threads.shutdownNow();
        }
        report(served, interferences);
        assertThat(interferences)
                .allSatisfy(interference -> assertThat(interference.done.sum()).isPositive());
        assertErrorsAreClear();

        // The bridge is the machine's: what is in it is not touched until it is out of it (P9).
        for (Device device : devicesOnHost().values()) {
            if (device.master() != 0) {
                host.detach(device.name());
            }
        }
        eventually(() -> {
            manager.gc();
            assertThat(manager.assignments()).isEmpty();
            assertAllReady();
            assertThat(devicesOnHost())
                    .usingRecursiveComparison()
                    .ignoringFieldsMatchingRegexes(".*ifindex", ".*up")
                    .isEqualTo(before);
        });
        assertThat(host.device("other90")).as("P9: a device of the machine").contains(foreign);
        host.deleteDevice("other90");
    }

    private void report(int served, List<HostInterference> interferences) {
        Map<String, Integer> kinds = new TreeMap<>();
        errors.forEach(error -> kinds.merge(kind(error), 1, Integer::sum));
        int adds = PODS.size() * ROUNDS;
        System.out.println("Under a hostile host: " + served + " of at most " + adds + " ADDs served; errors " + kinds);
        interferences.forEach(interference -> System.out.println("  " + interference));
    }

    private static String kind(EniException e) {
        return e.getClass().getSimpleName() + (e instanceof DeviceException device ? " " + device.kind() : "");
    }

    /** Each is of a kind to branch on, and says which device, and what about it. */
    private void assertErrorsAreClear() {
        for (EniException error : errors) {
            if (error instanceof DeviceException device) {
                assertThat(device.getMessage()).containsPattern("02:00:|eni|ens|eth0");
                assertThat(device.getMessage().length()).isGreaterThan(40);
            } else {
                assertThat(error).isInstanceOf(NoEniAvailableException.class);
            }
        }
    }
}
