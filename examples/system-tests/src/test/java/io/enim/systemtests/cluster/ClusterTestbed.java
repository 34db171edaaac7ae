package io.enim.systemtests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Cidr;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniState;
import io.enim.HostLink;
import io.enim.IpamAddress;
import io.enim.LinkOptions;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.core.Enim;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.systemtests.QuickNode;
import io.enim.systemtests.cluster.ServiceProxy.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A node, which is the calling thread's namespace, with pods by a manager; another node with a pod; and the VPC between
 * them, which drops and counts what comes from an interface with another source than the interface's address, as clouds do.
 * Both families everywhere.
 */
final class ClusterTestbed {
    static final String NODE = "10.80.0.200";
    static final String NODE_V6 = "fd80::200";
    static final String OTHER_NODE = "10.80.0.201";
    static final String OTHER_NODE_V6 = "fd80::201";
    static final String REMOTE_POD = "10.80.0.210";
    static final String REMOTE_POD_V6 = "fd80::210";
    /** A cluster's network of pods, which no ENI is in. */
    static final List<String> CLUSTER_CIDRS = List.of("10.244.0.0/16", "fd00:244::/48");

    private static final int ENIS = 3;
    private static final String NAME = "cluster";

    /** First: without it the test is left out, and nothing is to be closed. */
    private final Tool nft = Tool.require("nft");

    final NetworkTestbed testbed = NetworkTestbed.open();
    final TestbedNamespace host = testbed.host();
    final EniManager manager;
    private final TestbedNamespace vpc = testbed.create("vpc-default-" + NAME);
    private final TestbedNamespace node2 = testbed.create("node2");
    private final TestbedNamespace remote = testbed.create("remote");
    private final Map<String, PeerProcess> peers = new HashMap<>();
    private final Map<String, Assignment> pods = new HashMap<>();
    private final List<String> sources = new ArrayList<>();
    private Optional<ServiceProxy> proxy = Optional.empty();

    ClusterTestbed(Path directory) throws IOException, InterruptedException {
        vpc.addBridge("vpc");
        vpc.setMac("vpc", MacAddress.parse("06:00:00:00:00:01"));
        vpc.addAddress("vpc", Cidr.parseAddress("10.80.0.1"), 24);
        vpc.addAddress("vpc", Cidr.parseAddress("fd80::1"), 64);
        vpc.setUp("vpc");
        plug(host, "uplink", NODE, NODE_V6);
        plug(node2, "uplink2", OTHER_NODE, OTHER_NODE_V6);
        plug(remote, "eth0", REMOTE_POD, REMOTE_POD_V6);
        host.setUp("lo");
        host.addRoute("uplink", Route.via(Cidr.parse("0.0.0.0/0"), Cidr.parseAddress("10.80.0.1")));
        host.addRoute("uplink", Route.via(Cidr.parse("::/0"), Cidr.parseAddress("fd80::1")));
        // What kube-proxy needs of a node.
        Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
        Files.writeString(Path.of("/proc/sys/net/ipv6/conf/all/forwarding"), "1");
        this.manager =
                Enim.builder(QuickNode.settings(NAME, directory, ENIS).build()).build();
        peers.put("host", new PeerProcess("host", ""));
        peers.put("node2", new PeerProcess("node2", "node2"));
        peers.put("remote", new PeerProcess("remote", "remote"));
    }

    /** An interface in the VPC, with its addresses and the VPC's router as its gateway. */
    private void plug(TestbedNamespace namespace, String name, String ipv4, String ipv6) {
        String far = "far-" + name;
        namespace.addVeth(VethPair.between(name, far).withPeerIn(vpc));
        vpc.attach(far, "vpc");
        vpc.setUp(far);
        namespace.setUp(name);
        namespace.addAddress(name, Cidr.parseAddress(ipv4), 24);
        namespace.addAddress(name, Cidr.parseAddress(ipv6), 64);
        sources.add(filter(far, ipv4, ipv6));
    }

    private static String filter(String far, String ipv4, String ipv6) {
        return """
                chain %1$s {
                  type filter hook ingress device "%1$s" priority 0; policy accept;
                  ip saddr != %2$s counter drop
                  ip6 saddr != { %3$s, fe80::/10, :: } counter drop
                }
                """.formatted(far, ipv4, ipv6);
    }

    /** A pod with this host link; the VPC lets through what has its addresses. */
    Assignment add(String pod, HostLink link) throws IOException, InterruptedException {
        awaitReady();
        testbed.create(pod).close();
        Assignment added = manager.add(AddRequest.forEndpoint(Endpoint.of("shop", pod, "c-" + pod))
                .netns(Path.of("/run/netns", pod))
                .link(LinkOptions.DEFAULT.withHostLink(link))
                .build());
        pods.put(pod, added);
        sources.add(filter(farEnd(added), ipv4(pod), ipv6(pod)));
        dropForeignSources();
        peers.put(pod, new PeerProcess(pod, pod));
        return added;
    }

    private String farEnd(Assignment added) {
        try (TestbedNamespace sandbox = testbed.open(added.endpoint().name())) {
            int index = sandbox.peer("eth0").orElseThrow().ifindex();
            return vpc.devices().stream()
                    .filter(device -> device.ifindex() == index)
                    .findFirst()
                    .orElseThrow()
                    .name();
        }
    }

    private void awaitReady() {
        await().atMost(Duration.ofMinutes(1))
                .ignoreExceptionsInstanceOf(EniException.class)
                .untilAsserted(() -> assertThat(manager.enis())
                        .anySatisfy(eni -> assertThat(eni.state()).isEqualTo(EniState.READY)));
    }

    private void dropForeignSources() throws IOException, InterruptedException {
        inVpc("add table netdev sources\ndelete table netdev sources\ntable netdev sources {\n"
                + String.join("", sources) + "}\n");
    }

    private String inVpc(String commands) throws IOException, InterruptedException {
        return nft.in("vpc-default-" + NAME).run(commands, "-f", "-");
    }

    /** How many packets with foreign sources the VPC has dropped since the last pod was added. */
    long droppedByVpc() throws IOException, InterruptedException {
        return nft.in("vpc-default-" + NAME)
                .run("", "list", "table", "netdev", "sources")
                .lines()
                .filter(line -> line.contains("counter packets"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*counter packets (\\d+) .*", "$1")))
                .sum();
    }

    /** Writes the rules of the node's proxy. */
    void translate(ServiceProxy used, List<ServiceProxy.Translation> translations, List<String> clusterCidrs)
            throws IOException, InterruptedException {
        used.write(translations, clusterCidrs);
        proxy = Optional.of(used);
    }

    PeerProcess peer(String name) {
        return peers.get(name);
    }

    String ipv4(String pod) {
        return address(pod, Assignment::ipv4);
    }

    String ipv6(String pod) {
        return address(pod, Assignment::ipv6);
    }

    private String address(String pod, Function<Assignment, Optional<IpamAddress>> family) {
        return family.apply(pods.get(pod)).orElseThrow().address().getHostAddress();
    }

    void close() throws IOException, InterruptedException {
        if (proxy.isPresent()) {
            proxy.get().clear();
        }
        peers.values().forEach(PeerProcess::close);
        manager.close();
        remote.close();
        node2.close();
        vpc.close();
        testbed.names().forEach(testbed::delete);
        for (Device device : host.devices()) {
            host.deleteDevice(device.name());
        }
        host.close();
        testbed.close();
    }
}
