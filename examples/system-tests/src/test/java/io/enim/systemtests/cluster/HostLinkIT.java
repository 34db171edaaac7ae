package io.enim.systemtests.cluster;

import static io.enim.systemtests.cluster.ClusterTestbed.CLUSTER_CIDRS;
import static io.enim.systemtests.cluster.ClusterTestbed.NODE;
import static io.enim.systemtests.cluster.ClusterTestbed.NODE_V6;
import static io.enim.systemtests.cluster.ClusterTestbed.OTHER_NODE;
import static io.enim.systemtests.cluster.ClusterTestbed.OTHER_NODE_V6;
import static io.enim.systemtests.cluster.ClusterTestbed.REMOTE_POD;
import static io.enim.systemtests.cluster.ClusterTestbed.REMOTE_POD_V6;
import static io.enim.systemtests.cluster.ServiceProxy.Masquerade.ALL;
import static io.enim.systemtests.cluster.ServiceProxy.Masquerade.OUTSIDE_OF_CLUSTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.Cidr;
import io.enim.HostLink;
import io.enim.systemtests.cluster.ServiceProxy.Translation;
import io.enim.testing.PrivateNamespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a pod with an ENI of its own reaches by its host link, with real packets, both families: services by the rules of
 * kube-proxy, node-local servers, and the probes of its host. The VPC between the nodes drops foreign sources.
 */
@PrivateNamespaces
class HostLinkIT {
    private static final String DNS = "169.254.20.10";
    private static final String DNS_V6 = "fd00:20::10";
    private static final List<Cidr> SERVICES = List.of(Cidr.parse("10.96.0.0/12"), Cidr.parse("fd00:96::/108"));
    private static final HostLink LINK = new HostLink(
            SERVICES,
            Stream.of(NODE + "/32", NODE_V6 + "/128", DNS + "/32", DNS_V6 + "/128")
                    .map(Cidr::parse)
                    .toList());
    private static final int PORT = 8080;
    private static final int HOST_PORT = 30080;

    @TempDir
    private Path directory;

    private ClusterTestbed cluster;

    @BeforeEach
    void build() throws Exception {
        cluster = new ClusterTestbed(directory);
    }

    @AfterEach
    void end() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static Translation service(String address, String endpoint) {
        return new Translation(address, 80, endpoint, PORT, OUTSIDE_OF_CLUSTER);
    }

    private static Translation hostPort(String address, String endpoint) {
        return new Translation(address, HOST_PORT, endpoint, PORT, ALL);
    }

    private List<Translation> translations() {
        return List.of(
                service("10.96.0.1", cluster.ipv4("web")),
                service("fd00:96::1", cluster.ipv6("web")),
                service("10.96.0.2", NODE),
                service("fd00:96::2", NODE_V6),
                service("10.96.0.3", REMOTE_POD),
                service("fd00:96::3", REMOTE_POD_V6),
                service("10.96.0.4", cluster.ipv4("client")),
                service("fd00:96::4", cluster.ipv6("client")),
                hostPort(NODE, cluster.ipv4("web")),
                hostPort(NODE_V6, cluster.ipv6("web")));
    }

    private void addPods(HostLink link) throws IOException, InterruptedException {
        cluster.add("client", link);
        cluster.add("web", link);
        for (String pod : List.of("client", "web", "remote")) {
            cluster.peer(pod).serve("::", PORT);
        }
        cluster.peer("host").serve(NODE, PORT);
        cluster.peer("host").serve(NODE_V6, PORT);
    }

    /** The server's answer to both ways of asking; it names the server and whom it saw. */
    private void assertAnswered(String client, String address, int port, String server, String saw) throws IOException {
        String answer = server + " saw " + canonical(saw);
        assertThat(cluster.peer(client).http(address, port))
                .as("%s asks %s of port %s", client, address, port)
                .isEqualTo("HTTP/1.0 200 OK: " + answer);
        assertThat(cluster.peer(client).udp(address, port))
                .as("%s asks %s of port %s by UDP", client, address, port)
                .isEqualTo(answer);
    }

    private static String canonical(String address) throws IOException {
        return InetAddress.getByName(address).getHostAddress();
    }

    @ParameterizedTest
    @EnumSource
    void aPodReachesServicesThatTheProxyTurnsIntoPodsTheHostAndHostPorts(ServiceProxy proxy) throws Exception {
        addPods(LINK);
        cluster.translate(proxy, translations(), CLUSTER_CIDRS);
        assertAnswered("client", "10.96.0.1", 80, "web", NODE);
        assertAnswered("client", "fd00:96::1", 80, "web", NODE_V6);
        assertAnswered("client", "10.96.0.2", 80, "host", cluster.ipv4("client"));
        assertAnswered("client", "fd00:96::2", 80, "host", cluster.ipv6("client"));
        assertAnswered("client", "10.96.0.3", 80, "remote", NODE);
        assertAnswered("client", "fd00:96::3", 80, "remote", NODE_V6);
        // Itself, by a service.
        assertAnswered("client", "10.96.0.4", 80, "client", NODE);
        assertAnswered("client", "fd00:96::4", 80, "client", NODE_V6);
        assertAnswered("client", NODE, HOST_PORT, "web", NODE);
        assertAnswered("client", NODE_V6, HOST_PORT, "web", NODE_V6);
        // From another node, to the host port of a pod with an ENI.
        assertAnswered("node2", NODE, HOST_PORT, "web", NODE);
        assertAnswered("node2", NODE_V6, HOST_PORT, "web", NODE_V6);
        // The host's own processes use services too.
        assertAnswered("host", "10.96.0.1", 80, "web", NODE);
        assertAnswered("host", "fd00:96::1", 80, "web", NODE_V6);
        assertThat(cluster.droppedByVpc()).isZero();
    }

    @Test
    void theHostsProbesAreAnsweredAndPodsReachEachOtherAndOtherNodesByTheirEnis() throws Exception {
        addPods(LINK);
        assertAnswered("host", cluster.ipv4("web"), PORT, "web", NODE);
        assertAnswered("host", cluster.ipv6("web"), PORT, "web", NODE_V6);
        assertAnswered("client", cluster.ipv4("web"), PORT, "web", cluster.ipv4("client"));
        assertAnswered("client", cluster.ipv6("web"), PORT, "web", cluster.ipv6("client"));
        assertAnswered("client", REMOTE_POD, PORT, "remote", cluster.ipv4("client"));
        assertAnswered("client", REMOTE_POD_V6, PORT, "remote", cluster.ipv6("client"));
        cluster.peer("node2").serve("::", PORT);
        assertAnswered("client", OTHER_NODE, PORT, "node2", cluster.ipv4("client"));
        assertAnswered("client", OTHER_NODE_V6, PORT, "node2", cluster.ipv6("client"));
        assertAnswered("node2", cluster.ipv4("web"), PORT, "web", OTHER_NODE);
        assertAnswered("node2", cluster.ipv6("web"), PORT, "web", OTHER_NODE_V6);
        assertThat(cluster.droppedByVpc()).isZero();
    }

    @Test
    void aNodeLocalServerOnALinkLocalAddressOfTheHostIsReached() throws Exception {
        cluster.host.addBridge("nodelocaldns");
        cluster.host.setUp("nodelocaldns");
        cluster.host.addAddress("nodelocaldns", Cidr.parseAddress(DNS), 32);
        cluster.host.addAddress("nodelocaldns", Cidr.parseAddress(DNS_V6), 128);
        cluster.add("client", LINK);
        cluster.peer("host").serve(DNS, 53);
        cluster.peer("host").serve(DNS_V6, 53);
        assertAnswered("client", DNS, 53, "host", cluster.ipv4("client"));
        assertAnswered("client", DNS_V6, 53, "host", cluster.ipv6("client"));
    }

    /** A cluster network that pods' ENIs are in: kube-proxy then masquerades nothing of theirs. */
    @ParameterizedTest
    @EnumSource
    void withoutMasqueradingACloudDropsWhatTheHostForwards(ServiceProxy proxy) throws Exception {
        addPods(LINK);
        cluster.translate(proxy, translations(), List.of("10.80.0.0/24", "fd80::/64"));
        cluster.peer("client").begin("http", "10.96.0.3", 80);
        await().until(() -> cluster.droppedByVpc() > 0);
    }

    /** Why node networks are those of the own node alone. */
    @Test
    void anotherNodesAddressInTheNodeNetworksIsNotReached() throws Exception {
        addPods(new HostLink(SERVICES, List.of(Cidr.parse(NODE + "/32"), Cidr.parse(OTHER_NODE + "/32"))));
        cluster.peer("client").begin("http", OTHER_NODE, PORT);
        await().until(() -> cluster.droppedByVpc() > 0);
    }

    @Test
    void aHostLinkOfOneFamilyLeavesTheOtherToTheEni() throws Exception {
        addPods(new HostLink(List.of(), List.of(Cidr.parse(NODE + "/32"))));
        assertAnswered("host", cluster.ipv4("web"), PORT, "web", NODE);
        // By the VPC, since no route of the family leads by the link.
        assertAnswered("host", cluster.ipv6("web"), PORT, "web", NODE_V6);
    }
}
