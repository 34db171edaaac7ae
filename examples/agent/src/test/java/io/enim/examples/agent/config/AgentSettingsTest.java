package io.enim.examples.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Cidr;
import io.enim.EniSetting;
import io.enim.HostLink;
import io.enim.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentSettingsTest {
    private static final Optional<String> HOST = Optional.of("host-1");

    @TempDir
    Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("agent.properties"), text);
    }

    @Test
    void aFlagWinsOverTheEnvironmentTheEnvironmentOverTheFileTheFileOverTheDefault() throws IOException {
        Path file = file("enim.pool.max=10\nenim.pool.warm=10\nenim.pool.min=10\n# comment\nenim.cluster = blue \n");
        AgentSettings settings = AgentSettings.read(
                Optional.of(file),
                Map.of("ENIM_POOL_MAX", "20", "ENIM_POOL_WARM", "20", "PATH", "/bin"),
                Map.of("enim.pool.max", "30"),
                HOST);
        assertThat(settings.enim().count(EniSetting.POOL_MAX)).isEqualTo(30);
        assertThat(settings.enim().count(EniSetting.POOL_WARM)).isEqualTo(20);
        assertThat(settings.enim().count(EniSetting.POOL_MIN)).isEqualTo(10);
        assertThat(settings.enim().text(EniSetting.CLUSTER)).isEqualTo("blue");
        assertThat(settings.enim().text(EniSetting.GC_INTERVAL)).isEqualTo("30s");
    }

    @Test
    void theNodeIsCalledAsTheHostUnlessSaid() {
        assertThat(read(Map.of(), Map.of()).enim().text(EniSetting.NODE)).isEqualTo("host-1");
        assertThat(read(Map.of("ENIM_NODE", "other"), Map.of()).enim().text(EniSetting.NODE))
                .isEqualTo("other");
        assertThatThrownBy(() -> AgentSettings.read(Optional.empty(), Map.of(), Map.of(), Optional.empty()))
                .hasMessageContaining("enim.node");
    }

    @Test
    void providersHaveTheirOwnSettingsInEverySource() throws IOException {
        AgentSettings settings = AgentSettings.read(
                Optional.of(file("enim.provider.fake.plug=veth\n")),
                Map.of("ENIM_PROVIDER", "fake", "ENIM_PROVIDER_FAKE_MAX_ENIS", "9"),
                Map.of("enim.provider.fake.ipv6", "none"),
                HOST);
        assertThat(settings.enim().text(EniSetting.PROVIDER)).isEqualTo("fake");
        assertThat(settings.enim().forProvider("fake"))
                .isEqualTo(Map.of("plug", "veth", "max-enis", "9", "ipv6", "none"));
    }

    @Test
    void theAgentsOwnSettings() {
        AgentSettings settings = read(
                Map.of("ENIM_AGENT_MAX_REQUESTS", "7", "ENIM_SOCKET", "/tmp/a.sock"),
                Map.of("agent.max-request-bytes", "2048"));
        assertThat(settings.maxRequests()).isEqualTo(7);
        assertThat(settings.maxRequestBytes()).isEqualTo(2048);
        assertThat(settings.socket()).isEqualTo(Path.of("/tmp/a.sock"));
        assertThat(read(Map.of(), Map.of()).socket()).isEqualTo(Path.of("/run/enim/agent.sock"));
    }

    @Test
    void theNetworkConfigurationIsWrittenOnlyWhereItsPathIsSet() {
        assertThat(read(Map.of(), Map.of()).conflist()).isEmpty();
        AgentSettings settings = read(
                Map.of("ENIM_AGENT_CNI_CONFLIST", "/etc/cni/net.d/10-enim.conflist"),
                Map.of("agent.cni.conflist-patience", "2m", "agent.cni.conflist-template", "/etc/enim/list"));
        assertThat(settings.conflist())
                .contains(new AgentSettings.ConflistSettings(
                        Path.of("/etc/cni/net.d/10-enim.conflist"),
                        Optional.of(Path.of("/etc/enim/list")),
                        Duration.ofMinutes(2)));
        assertThatThrownBy(() -> read(Map.of(), Map.of("agent.cni.conflist-patience", "0s")))
                .hasMessageContaining("agent.cni.conflist-patience");
    }

    @Test
    void whatIsOfThePluginAndTheLauncherIsNoSetting() {
        Map<String, String> others = Map.of(
                "ENIM_TIMEOUT", "5",
                "ENIM_CONFIG", "/etc/enim",
                "ENIM_JAVA", "/bin/java",
                "ENIM_JAVA_OPTS", "-Xmx1g",
                "ENIM_ARCHIVE", "/var/cache/enim/classes.jsa");
        assertThat(read(others, Map.of()).enim().toMap()).containsOnlyKeys("enim.node");
    }

    /** As Kubernetes sets them in each container, here for Services called enim, enim-agent and enim-metrics. */
    @Test
    void whatAServiceOfThatNamePutsIntoTheEnvironmentIsNoSetting() {
        Map<String, String> ofServices = Map.of(
                "ENIM_PORT", "tcp://10.96.0.7:80",
                "ENIM_SERVICE_HOST", "10.96.0.7",
                "ENIM_SERVICE_PORT", "80",
                "ENIM_SERVICE_PORT_HTTP", "80",
                "ENIM_PORT_80_TCP", "tcp://10.96.0.7:80",
                "ENIM_PORT_80_TCP_PROTO", "tcp",
                "ENIM_PORT_53_UDP_ADDR", "10.96.0.7",
                "ENIM_AGENT_PORT", "tcp://10.96.0.8:80",
                "ENIM_AGENT_SERVICE_HOST", "10.96.0.8",
                "ENIM_METRICS_PORT_9090_TCP_PORT", "9090");
        assertThat(read(ofServices, Map.of()).enim().toMap()).containsOnlyKeys("enim.node");
        Map<String, String> ofAProvider = Map.of("ENIM_PROVIDER_FAKE_PORT", "80");
        assertThat(read(ofAProvider, Map.of()).enim().forProvider("fake")).containsEntry("port", "80");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ENIM_POOL_PORTS",
                "ENIM_SERVICE",
                "ENIM_POOL_MAXX",
                "ENIM_",
                "ENIM_PROVIDER_",
                "ENIM_PROVIDER_FAKE",
                "ENIM_PROVIDER_FAKE_"
            })
    void anUnknownVariableIsAnErrorThatNamesItAndListsTheKnown(String name) {
        assertThatThrownBy(() -> read(Map.of(name, "1"), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("setting " + name + ":")
                .hasMessageContaining("ENIM_POOL_MAX");
    }

    @ParameterizedTest
    @CsvSource({
        "enim.pool.maxx,1",
        "agent.port,80",
        "pool.max,1",
        "agent.max-requests,0",
        "agent.max-requests,many",
        "agent.max-request-bytes,10",
        "agent.max-request-bytes,-1",
        "agent.socket,relative",
        "agent.http.address,9464",
        "agent.http.address,:9464",
        "agent.http.address,localhost:9464",
        "agent.http.address,127.0.0.1",
        "agent.http.address,127.0.0.1:65536",
        "agent.http.address,::1:9464",
        "agent.http.address,[127.0.0.1:9464",
        "agent.http.token-file,token",
        "agent.socket,/",
        "enim.pool.max,-1",
        "enim.gc.interval,soon"
    })
    void aKeyThatIsUnknownOrBadIsAnErrorThatNamesIt(String key, String value) {
        assertThatThrownBy(() -> read(Map.of(), Map.of(key, value)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(key);
    }

    @Test
    void anUnknownKeyInTheFileIsAnErrorThatNamesIt() throws IOException {
        Path file = file("enim.pool.max=1\nenim.pol.min=0\n");
        assertThatThrownBy(() -> AgentSettings.read(Optional.of(file), Map.of(), Map.of(), HOST))
                .hasMessageContaining("enim.pol.min");
    }

    @Test
    void aFileThatCannotBeReadIsAnErrorThatNamesIt() {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> AgentSettings.read(Optional.of(missing), Map.of(), Map.of(), HOST))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(missing.toString());
    }

    private static AgentSettings read(Map<String, String> environment, Map<String, String> flags) {
        return AgentSettings.read(Optional.empty(), environment, flags, HOST);
    }

    @Test
    void theRuntimeIsAskedWhereItsSocketIsSaidAndOnlyThere() {
        assertThat(read(Map.of(), Map.of()).criSocket()).isEmpty();
        assertThat(read(Map.of("ENIM_AGENT_CRI_SOCKET", ""), Map.of()).criSocket())
                .isEmpty();
        assertThat(read(Map.of(), Map.of("agent.cri-socket", "/run/containerd/containerd.sock"))
                        .criSocket())
                .contains(Path.of("/run/containerd/containerd.sock"));
        assertThatThrownBy(() -> read(Map.of(), Map.of("agent.cri-socket", "containerd.sock")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("agent.cri-socket");
    }

    @Test
    void theHostLinkIsOffUnlessItsNetworksAreNamed() {
        assertThat(read(Map.of(), Map.of()).hostLink()).isEmpty();
        assertThat(read(Map.of("ENIM_AGENT_HOST_LINK_NODE_CIDRS", ""), Map.of()).hostLink())
                .isEmpty();
        HostLink both = read(
                        Map.of("ENIM_AGENT_HOST_LINK_NODE_CIDRS", "10.0.0.5/32"),
                        Map.of("agent.host-link.service-cidrs", "10.96.0.0/12, fd00:96::/108"))
                .hostLink()
                .orElseThrow();
        assertThat(both.serviceNetworks()).containsExactly(Cidr.parse("10.96.0.0/12"), Cidr.parse("fd00:96::/108"));
        assertThat(both.nodeNetworks()).containsExactly(Cidr.parse("10.0.0.5/32"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.96.0.1/12",
                "10.96.0.0",
                "10.96.0.0/12,",
                "services",
                "0.0.0.0/0",
                "10.96.0.0/12,10.96.0.0/16"
            })
    void aBadNetworkOfTheHostLinkIsRefusedByItsKey(String cidrs) {
        assertThatThrownBy(() -> read(Map.of(), Map.of("agent.host-link.service-cidrs", cidrs)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("agent.host-link.");
    }

    @Test
    void httpIsServedOnlyWhereItsAddressIsSet() {
        assertThat(read(Map.of(), Map.of()).http()).isEmpty();
        HttpSettings http = read(
                        Map.of("ENIM_AGENT_HTTP_ADDRESS", "127.0.0.1:9464"),
                        Map.of("agent.http.token-file", "/etc/enim/token"))
                .http()
                .orElseThrow();
        assertThat(http.authority(http.address().getPort())).isEqualTo("127.0.0.1:9464");
        assertThat(http.tokenFile()).contains(Path.of("/etc/enim/token"));
        HttpSettings ipv6 = read(Map.of(), Map.of("agent.http.address", "[0:0::1]:80"))
                .http()
                .orElseThrow();
        assertThat(ipv6.authority(80)).isEqualTo("[::1]:80");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:9464", "[::]:9464", "10.0.0.5:9464", "[2001:db8::1]:9464", "[fe80::1]:9464"})
    void anAddressThatOthersReachIsRefusedWithASentence(String address) {
        assertThatThrownBy(() -> read(Map.of(), Map.of("agent.http.address", address)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("agent.http.address")
                .hasMessageContaining("nothing is served to others; write 127.0.0.1:PORT or [::1]:PORT");
    }

    @Test
    void theKubeletIsToldWhereItsDirectoryIsSaidAndOnlyThere() {
        assertThat(read(Map.of(), Map.of()).devicePlugin()).isEmpty();
        assertThat(read(Map.of("ENIM_AGENT_DEVICE_PLUGIN", "/var/lib/kubelet/device-plugins"), Map.of())
                        .devicePlugin())
                .contains(Path.of("/var/lib/kubelet/device-plugins"));
        assertThatThrownBy(() -> read(Map.of(), Map.of("agent.device-plugin", "true")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("agent.device-plugin");
    }
}
