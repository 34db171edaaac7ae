package io.enim.systemtests.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.enim.Cidr;
import io.enim.MacAddress;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.systemtests.e2e.HostPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Debian host as it is installed: {@code uplink} is its own interface, in a VPC with a DHCP server, and one program configures
 * whatever is plugged in. The VPC is there before the agent, as a cloud's is.
 */
final class StockHost {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    static final String UPLINK = "uplink";
    static final String GATEWAY = "10.80.0.1";
    private static final String DEFAULT_ROUTE = "0.0.0.0/0 via " + GATEWAY;
    private static final int NOT_INSTALLED = 77;
    private static final Path SCRIPT =
            Path.of(System.getProperty("enim.root", "../..")).resolve("examples/system-tests/stock/run");

    /** The host's files, as an image or a container that mounts them has them. */
    final Path root;

    private final Path directory;
    private final String vpcName;
    private final NetworkTestbed testbed = NetworkTestbed.open();
    private final TestbedNamespace namespace = testbed.host();
    private final List<Process> running = new ArrayList<>();

    StockHost(Path directory, String vpcName) throws IOException, InterruptedException {
        this.directory = directory;
        this.vpcName = vpcName;
        this.root = Files.createDirectories(directory.resolve("root"));
        Files.createDirectories(root.resolve("etc"));
        Files.createSymbolicLink(root.resolve("proc"), Path.of("/proc"));
        // The build's own shows the devices of the machine.
        Path sys = Files.createDirectories(root.resolve("sys"));
        HostPrograms.run("mount", "-t", "sysfs", "-o", "ro", "sysfs", sys.toString())
                .successful();
        try (TestbedNamespace vpc = testbed.create(vpcName)) {
            vpc.addBridge("vpc");
            vpc.setMac("vpc", MacAddress.parse("06:00:00:00:00:01"));
            vpc.addAddress("vpc", Cidr.parseAddress(GATEWAY), 24);
            vpc.setUp("vpc");
            namespace.addVeth(VethPair.between(UPLINK, "far-" + UPLINK).withPeerIn(vpc));
            vpc.attach("far-" + UPLINK, "vpc");
            vpc.setUp("far-" + UPLINK);
        }
    }

    /** Boots with this program, which gives the host its address; aborts the test when it is not installed. */
    void boot(String program) throws IOException, InterruptedException {
        Path file = root.resolve(program.equals("NetworkManager") ? "usr/sbin" : "usr/lib/systemd")
                .resolve(program);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        String vpc = Path.of("/run/netns", vpcName).toString();
        run("udhcpd", "nsenter", "--net=" + vpc);
        run(program);
        await().atMost(PATIENCE).until(() -> isMissing() || isOnline());
        if (isMissing()) {
            String reason = log(program) + log("udhcpd");
            System.out.println("left out: a stock host with " + program + ": " + reason.strip());
            abort(reason);
        }
    }

    /** Ends the program that configures devices, and starts it again. */
    void restart(String program) throws IOException, InterruptedException {
        end(running.remove(running.size() - 1));
        run(program);
    }

    private void run(String program, String... prefix) throws IOException {
        String[] command = Stream.concat(Stream.of(prefix), Stream.of(command(program, program)))
                .toArray(String[]::new);
        running.add(HostPrograms.start(directory.resolve(program + ".log"), command));
    }

    private String[] command(String program, String state) throws IOException {
        return new String[] {
            SCRIPT.toRealPath().toString(),
            program,
            root.resolve("etc").toString(),
            directory.resolve(state).toString()
        };
    }

    private boolean isMissing() {
        return running.stream().anyMatch(each -> !each.isAlive() && each.exitValue() == NOT_INSTALLED);
    }

    private String log(String program) throws IOException {
        return Files.readString(directory.resolve(program + ".log"));
    }

    /** The DHCP server's addresses are 10.80.0.150 to 199. */
    boolean isOnline() {
        return namespace.addresses(UPLINK).stream().anyMatch(address -> address.matches("10\\.80\\.0\\.1[5-9].*"))
                && namespace.routes(UPLINK).stream().anyMatch(route -> route.startsWith(DEFAULT_ROUTE));
    }

    /** The device of an ENI that is on the host. */
    Device device(MacAddress eni) {
        return namespace.devices().stream()
                .filter(device -> device.identity().equals(eni))
                .findFirst()
                .orElseThrow(() -> new AssertionError(eni + " is not on the host"));
    }

    List<String> addresses(Device device) {
        return namespace.addresses(device.name());
    }

    /** Whether the program has seen the device and says that it leaves it alone. */
    boolean isLeftAlone(Device device, String program) throws IOException, InterruptedException {
        if (program.equals("NetworkManager")) {
            return HostPrograms.run(command("nmcli", program))
                    .successful()
                    .lines()
                    .anyMatch((device.name() + ":unmanaged")::equals);
        }
        Path file = Path.of("/run/systemd/netif/links/" + device.ifindex());
        return Files.exists(file) && Files.readAllLines(file).contains("ADMIN_STATE=unmanaged");
    }

    private static void end(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    void shutDown() throws IOException, InterruptedException {
        for (Process each : running) {
            end(each);
        }
        HostPrograms.run("umount", root.resolve("sys").toString()).successful();
        try (Stream<Path> left = Files.walk(Path.of("/run"))) {
            left.filter(path -> path.toString().matches("/run/(systemd|NetworkManager|dhclient).*"))
                    .sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        }
        for (Device device : namespace.devices()) {
            namespace.deleteDevice(device.name());
        }
        testbed.names().forEach(testbed::delete);
        namespace.close();
        testbed.close();
    }
}
