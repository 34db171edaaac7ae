package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * From RunPodSandbox to an address that answers: with ENIM, and with Debian's plugins, side by side in one run. The
 * figures are printed and written to {@code target/figures.md}; nothing is expected of them.
 */
class PodStartFiguresIT extends ContainerdLifecycle {
    private static final int ROUNDS = Integer.getInteger("enim.figures.rounds", 10);
    private static final String FABRIC = "fabric";
    private static final String SPARE = "spare0";

    /** A network, and the namespace from which its pods are to be reached; empty is the host. */
    private record Contender(String name, String from, String... plugins) {}

    private record Figure(long sandboxNanos, long reachableNanos) {}

    PodStartFiguresIT() {
        super(2);
    }

    /** A device on the host for host-device to move, whose far end lies where the gateway is, as an ENI's does. */
    @BeforeAll
    void makeFabric() throws Exception {
        try (NetworkTestbed stage = NetworkTestbed.open();
                TestbedNamespace fabric = stage.create(FABRIC);
                TestbedNamespace host = stage.host()) {
            fabric.addVeth(VethPair.between(SPARE, "far0"));
            fabric.addAddress("far0", InetAddress.getByName("10.90.0.1"), 24);
            fabric.setUp("far0");
            fabric.moveTo(host, SPARE);
        }
    }

    @AfterAll
    static void removeFabric() {
        try (NetworkTestbed stage = NetworkTestbed.open()) {
            stage.names().stream().filter(FABRIC::equals).forEach(stage::delete);
        }
    }

    private static List<Contender> rivals() {
        return List.of(
                new Contender("enim", "/run/netns/vpc-default-e2e", "{\"type\":\"enim\"}"),
                new Contender(
                        "host-device-static",
                        "/run/netns/" + FABRIC,
                        "{\"type\":\"host-device\",\"device\":\"" + SPARE + "\",\"ipam\":{\"type\":\"static\","
                                + "\"addresses\":[{\"address\":\"10.90.0.10/24\",\"gateway\":\"10.90.0.1\"}],"
                                + "\"routes\":[{\"dst\":\"0.0.0.0/0\"}]}}"),
                new Contender(
                        "bridge-host-local",
                        "",
                        "{\"type\":\"bridge\",\"bridge\":\"cni0\",\"isGateway\":true,\"ipam\":{\"type\":\"host-local\","
                                + "\"dataDir\":\"/run/host-local\","
                                + "\"ranges\":[[{\"subnet\":\"10.91.0.0/24\"}]],\"routes\":[{\"dst\":\"0.0.0.0/0\"}]}}"));
    }

    private Figure measure(Contender contender) throws Exception {
        node.useNetwork(contender.name(), contender.plugins());
        long begin = System.nanoTime();
        String sandbox = run("web");
        long ran = System.nanoTime();
        String address = node.cri.address(sandbox);
        String from = contender.from().isEmpty() ? "/proc/self/ns/net" : contender.from();
        await().pollDelay(0, TimeUnit.MILLISECONDS)
                .pollInterval(1, TimeUnit.MILLISECONDS)
                .atMost(HostPrograms.PATIENCE)
                .until(() -> PingStream.reaches(from, address));
        long reached = System.nanoTime();
        stopAndRemove(sandbox);
        await().atMost(HostPrograms.PATIENCE).until(() -> node.agent.ready() == 2);
        return new Figure(ran - begin, reached - begin);
    }

    @Test
    void fromRunPodSandboxToAnAddressThatAnswers() throws Exception {
        Map<String, List<Figure>> figures = new LinkedHashMap<>();
        List<Contender> rivals = new ArrayList<>(rivals());
        for (Contender contender : rivals) {
            figures.put(contender.name(), new ArrayList<>());
            measure(contender); // Whatever is slow only once.
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (Contender contender : rivals) {
                figures.get(contender.name()).add(measure(contender));
            }
            Collections.rotate(rivals, 1);
        }
        String table = table(figures);
        System.out.println(table);
        Files.writeString(Path.of("target", "figures.md"), table);
        assertThat(figures.values()).allSatisfy(each -> assertThat(each).hasSize(ROUNDS));
    }

    private static String table(Map<String, List<Figure>> figures) {
        StringBuilder table = new StringBuilder("From RunPodSandbox, in ms, " + ROUNDS + " runs each, in turns; kernel "
                + System.getProperty("os.version") + ", " + Runtime.getRuntime().availableProcessors() + " CPUs\n\n"
                + "| network | sandbox runs: median | min | max | address answers: median | min | max |\n"
                + "|---|---|---|---|---|---|---|\n");
        figures.forEach((name, each) -> table.append("| ")
                .append(name)
                .append(columns(each.stream().mapToLong(Figure::sandboxNanos).toArray()))
                .append(columns(each.stream().mapToLong(Figure::reachableNanos).toArray()))
                .append(" |\n"));
        return table.toString();
    }

    private static String columns(long[] nanos) {
        Arrays.sort(nanos);
        int middle = nanos.length / 2;
        long median = nanos.length % 2 == 1 ? nanos[middle] : (nanos[middle - 1] + nanos[middle]) / 2;
        return String.format(
                Locale.ROOT, " | %.0f | %.0f | %.0f", median / 1e6, nanos[0] / 1e6, nanos[nanos.length - 1] / 1e6);
    }
}
