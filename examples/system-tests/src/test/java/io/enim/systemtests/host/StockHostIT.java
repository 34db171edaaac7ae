package io.enim.systemtests.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.enim.AddRequest;
import io.enim.Cidr;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.core.Enim;
import io.enim.examples.agent.AgentCli;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.testing.PrivateNamespaces;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real systemd-networkd, NetworkManager and dhclient, each on a host where ENIs are plugged in, with a DHCP server in the
 * VPC (P20). The host's own interface is {@code uplink}; {@code eni-control} is a device like an ENI that no manager knows.
 */
@PrivateNamespaces
class StockHostIT {
    private static final String CONTROL = "eni-control";
    private static final int NOT_INSTALLED = 77;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Path SCRIPT =
            Path.of(System.getProperty("enim.root", "../..")).resolve("examples/system-tests/stock/run");

    @TempDir
    private Path directory;

    private final NetworkTestbed testbed = NetworkTestbed.open();
    private final TestbedNamespace host = testbed.host();
    private final List<Process> programs = new ArrayList<>();
    private EniManager manager;

    @BeforeEach
    void start() {
        manager = Enim.builder(EniSettings.builder("stock")
                        .set(EniSetting.PROVIDER, "fake")
                        .set(EniSetting.DEVICES, "linux")
                        .set(EniSetting.RUN_DIR, directory.resolve("run"))
                        .set(EniSetting.STATE_DIR, directory.resolve("state"))
                        .set(EniSetting.POOL_MIN, 2)
                        .set(EniSetting.POOL_MAX, 2)
                        .set(EniSetting.POOL_RATE, "1000")
                        .set(EniSetting.POOL_POLL_INITIAL, "50ms")
                        .set(EniSetting.POOL_COOLDOWN, "0s")
                        .providerSetting("fake", "plug", "veth")
                        .build())
                .build();
        await().atMost(PATIENCE).until(() -> testbed.names().size() == 1);
        try (TestbedNamespace vpc = testbed.open(testbed.names().get(0))) {
            for (String name : List.of("uplink", CONTROL)) {
                String far = "far-" + name;
                host.addVeth(VethPair.between(name, far).withPeerIn(vpc));
                vpc.attach(far, "vpc");
                vpc.setUp(far);
            }
        }
        host.setUp("uplink");
        host.addAddress("uplink", Cidr.parseAddress("10.80.0.200"), 24);
        host.addRoute("uplink", Route.via(Cidr.parse("0.0.0.0/0"), Cidr.parseAddress("10.80.0.1")));
    }

    private Process run(List<String> prefix, String program, Path etc) throws IOException {
        Path log = directory.resolve(program + ".log");
        List<String> command = new ArrayList<>(prefix);
        Path state = directory.resolve(program);
        command.addAll(List.of(SCRIPT.toRealPath().toString(), program, etc.toString(), state.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        programs.add(process);
        return process;
    }

    /** Starts a DHCP server in the VPC and the program on the host; aborts the test when one is not installed. */
    private void startStockHost(String program, Path etc) throws IOException, InterruptedException {
        String vpc = Path.of("/run/netns", testbed.names().get(0)).toString();
        run(List.of("nsenter", "--net=" + vpc), "udhcpd", etc);
        Process started = run(List.of(), program, etc);
        await().atMost(PATIENCE).until(() -> !started.isAlive() || hasLease(CONTROL));
        for (Process each : programs) {
            if (!each.isAlive() && each.exitValue() == NOT_INSTALLED) {
                String reason = log(program) + log("udhcpd");
                System.out.println("StockHostIT without " + program + ": " + reason.strip());
                abort(reason);
            }
        }
    }

    /** The DHCP server's addresses are 10.80.0.150 to 199. */
    private boolean hasLease(String name) {
        return host.addresses(name).stream().anyMatch(address -> address.matches("10\\.80\\.0\\.1[5-9].*"));
    }

    private String log(String program) throws IOException {
        Path log = directory.resolve(program + ".log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    @AfterEach
    void end() throws Exception {
        for (Process each : programs) {
            each.descendants().forEach(ProcessHandle::destroyForcibly);
            each.destroyForcibly().waitFor();
        }
        try (Stream<Path> left = Files.walk(Path.of("/run"))) {
            left.filter(path -> path.toString().matches("/run/(systemd|NetworkManager|dhclient).*"))
                    .sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        }
        manager.close();
        for (Device device : host.devices()) {
            host.deleteDevice(device.name());
        }
        testbed.names().forEach(testbed::delete);
        host.close();
        testbed.close();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).untilAsserted(assertion);
    }

    private void assertServedAndHeldDown() {
        eventually(() -> assertThat(manager.enis()).hasSize(2).allMatch(eni -> eni.state() == EniState.READY));
        // Some programs take one up again, and it is taken over again.
        eventually(this::assertEnisAreDown);
        try (TestbedNamespace pod = testbed.create("pod")) {
            Eni eni = manager.add(AddRequest.forEndpoint(Endpoint.of("shop", "web", "c1"))
                            .netns(Path.of("/run/netns/pod"))
                            .build())
                    .eni();
            assertThat(pod.addresses("eth0")).contains(cidr(eni));
            assertThat(pod.routes("eth0")).contains("0.0.0.0/0 via 10.80.0.1");
            manager.del(Endpoint.of("shop", "web", "c1"));
        }
        testbed.delete("pod");
        eventually(() -> assertThat(manager.enis()).hasSize(2).allMatch(eni -> eni.state() == EniState.READY));
        // Some programs take one up again, and it is taken over again.
        eventually(this::assertEnisAreDown);
        assertThat(host.routes("uplink")).contains("0.0.0.0/0 via 10.80.0.1");
    }

    private static String cidr(Eni eni) {
        EniAddress address = eni.ipv4().orElseThrow();
        return address.address().getHostAddress() + "/" + address.subnet().prefixLength();
    }

    private List<Device> enisOnHost() {
        Set<MacAddress> macs = manager.enis().stream().map(Eni::mac).collect(Collectors.toSet());
        return host.devices().stream()
                .filter(device -> macs.contains(device.identity()))
                .toList();
    }

    private void assertEnisAreDown() {
        assertThat(enisOnHost()).hasSize(2).noneMatch(Device::up);
        assertThat(enisOnHost())
                .allSatisfy(eni -> assertThat(host.addresses(eni.name())).isEmpty());
    }

    /** What the programs wrote down of a device. */
    private static String claims(Device device) throws IOException {
        StringBuilder claims = new StringBuilder();
        for (String file : List.of("/run/systemd/netif/links/", "/run/NetworkManager/devices/")) {
            Path path = Path.of(file + device.ifindex());
            claims.append(Files.exists(path) ? Files.readString(path) : "");
        }
        return claims.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"systemd-networkd", "NetworkManager", "dhclient"})
    void p20_enisThatItConfiguresAreServedAllTheSame(String program) throws Exception {
        startStockHost(program, Files.createDirectories(directory.resolve("etc")));
        assertServedAndHeldDown();
    }

    @ParameterizedTest
    @ValueSource(strings = {"systemd-networkd", "NetworkManager"})
    void p20_withTheInstalledFilesItLeavesEnisAlone(String program) throws Exception {
        for (String each : List.of("usr/lib/systemd/systemd-networkd", "usr/sbin/NetworkManager")) {
            Path file = directory.resolve(each);
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        }
        StringWriter said = new StringWriter();
        int status = AgentCli.run(
                new PrintWriter(said),
                "host",
                "install",
                "--root",
                directory.toString(),
                "--keep",
                "uplink," + CONTROL);
        assertThat(status).as(said.toString()).isZero();
        startStockHost(program, directory.resolve("etc"));
        for (Device device : enisOnHost()) {
            assertThat(claims(device)).as(device.name()).doesNotContain("managed=true", "configur");
        }
        assertServedAndHeldDown();
    }
}
