package io.enim.examples.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.enim.examples.agent.http.PluginProcess.PluginResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The real script in a real shell against a real socket. */
class PluginScriptTest {
    private static final String CONFIG = "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"enim\"}";

    @TempDir
    Path directory;

    static List<List<String>> shells() {
        return PluginProcess.shells();
    }

    @BeforeEach
    void needsCurl() {
        assumeTrue(!PluginProcess.curl().isEmpty(), "left out: the plugin needs curl, which is not installed");
    }

    private PluginProcess plugin(List<String> shell, String command) {
        return new PluginProcess(shell)
                .with("CNI_COMMAND", command)
                .with("CNI_CONTAINERID", "c1")
                .with("CNI_NETNS", "/var/run/netns/cni-1")
                .with("CNI_IFNAME", "eth0")
                .with("CNI_ARGS", "K8S_POD_NAME=cart;K8S_POD_NAMESPACE=shop")
                .with("CNI_PATH", "/opt/cni/bin")
                .with("ENIM_SOCKET", directory.resolve("agent.sock").toString());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void addAndDelPrintWhatTheAgentAnswers(List<String> shell) {
        try (TestAgent agent = TestAgent.in(directory)) {
            PluginResult add = plugin(shell, "ADD").run(CONFIG);
            assertThat(add.exit()).as(add.output() + add.errors()).isZero();
            assertThat(add.json()).containsEntry("cniVersion", "1.0.0").containsKeys("interfaces", "ips", "routes");
            assertThat(agent.manager.assignments()).hasSize(1);
            assertThat(plugin(shell, "ADD").run(CONFIG)).isEqualTo(add);

            assertThat(plugin(shell, "DEL").with("CNI_NETNS", "").run(CONFIG)).isEqualTo(new PluginResult(0, "", ""));
            assertThat(agent.manager.assignments()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void anErrorOfTheAgentIsPrintedAndExitsWithOne(List<String> shell) {
        try (TestAgent agent = TestAgent.in(directory)) {
            PluginResult pluginResult =
                    plugin(shell, "ADD").with("CNI_IFNAME", "a/b").run(CONFIG);
            assertThat(pluginResult.exit()).isEqualTo(1);
            assertThat(pluginResult.code()).isEqualTo(4);
            assertThat(agent.manager.calls()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void everyByteOfTheEnvironmentArrivesAndNoneIsRead(List<String> shell) {
        Path bait = directory.resolve("bait");
        String netns = "/tmp/' \" $(touch " + bait + ") `touch " + bait + "` ; touch " + bait
                + " & %41 + \\ é \n @x #y {} [a-b] * ? ~ !";
        try (TestAgent agent = TestAgent.in(directory)) {
            PluginResult pluginResult =
                    plugin(shell, "ADD").with("CNI_NETNS", netns).run(CONFIG);
            assertThat(pluginResult.exit())
                    .as(pluginResult.output() + pluginResult.errors())
                    .isZero();
            assertThat(((Map<?, ?>) ((List<?>) pluginResult.json().get("interfaces")).get(0)).get("sandbox"))
                    .isEqualTo(netns);
            assertThat(bait).doesNotExist();
            assertThat(agent.manager.assignments()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aValueCannotBecomeAnotherField(List<String> shell) {
        try (TestAgent agent = TestAgent.in(directory)) {
            PluginResult pluginResult = plugin(shell, "ADD&container=evil").run(CONFIG);
            assertThat(pluginResult.code()).isEqualTo(4);
            PluginResult file =
                    plugin(shell, "ADD").with("CNI_CONTAINERID", "@/etc/passwd").run(CONFIG);
            assertThat(file.code()).isEqualTo(4);
            assertThat(file.message()).contains("@/etc/passwd").doesNotContain("root:");
            assertThat(agent.manager.calls()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void stdinArrivesByteByByte(List<String> shell) {
        try (TestAgent agent = TestAgent.in(directory)) {
            assertThat(plugin(shell, "ADD")
                            .run(new byte[] {0, 1, 2, (byte) 0xff})
                            .code())
                    .isEqualTo(6);
            assertThat(plugin(shell, "ADD").run("").code()).isEqualTo(6);
            String dns = ",\"dns\":{\"search\":[\"&command=DEL\",\"a+b%20\\\"\\u0007é$(x)\"]}}";
            PluginResult pluginResult = plugin(shell, "ADD").run(CONFIG.substring(0, CONFIG.length() - 1) + dns);
            assertThat(((Map<?, ?>) pluginResult.json().get("dns")).get("search"))
                    .isEqualTo(List.of("&command=DEL", "a+b%20\"\u0007é$(x)"));
            assertThat(agent.manager.assignments()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void anOversizedConfigurationIsCode7AndChangesNothing(List<String> shell) {
        try (TestAgent agent = TestAgent.in(directory)) {
            PluginResult pluginResult = plugin(shell, "ADD").run(CONFIG + " ".repeat(4 * TestAgent.MAX_BYTES));
            assertThat(pluginResult.code()).isEqualTo(7);
            assertThat(pluginResult.message()).contains("longer than");
            assertThat(agent.manager.calls()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void neitherProxiesNorACurlrcHaveASay(List<String> shell) throws IOException {
        Files.writeString(directory.resolve(".curlrc"), "output=" + directory.resolve("stolen") + "\nfail\n");
        try (TestAgent agent = TestAgent.in(directory)) {
            PluginResult pluginResult = plugin(shell, "ADD")
                    .with("HOME", directory.toString())
                    .with("CURL_HOME", directory.toString())
                    .with("http_proxy", "http://127.0.0.1:1")
                    .with("ALL_PROXY", "socks5://127.0.0.1:1")
                    .run(CONFIG);
            assertThat(pluginResult.exit())
                    .as(pluginResult.output() + pluginResult.errors())
                    .isZero();
            assertThat(directory.resolve("stolen")).doesNotExist();
            assertThat(agent.manager.assignments()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void versionNeedsNeitherAgentNorCurl(List<String> shell) {
        PluginProcess alone = new PluginProcess(shell).with("CNI_COMMAND", "VERSION");
        assertThat(alone.run("{ \"cniVersion\" :\n \"0.4.0\" }").json())
                .isEqualTo(Map.of(
                        "cniVersion", "0.4.0", "supportedVersions", List.of("0.3.1", "0.4.0", "1.0.0", "1.1.0")));
        assertThat(alone.run("").json()).containsEntry("cniVersion", "1.1.0");
        assertThat(alone.run("{\"cniVersion\":\"1\\\",\\\"x\\\":\\\"\"}").json())
                .containsKey("supportedVersions");
        assertThat(alone.run("{\"cniVersion\":7}").json()).containsEntry("cniVersion", "1.1.0");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void withoutCommandItSaysWhatItIs(List<String> shell) {
        PluginResult pluginResult = new PluginProcess(shell).run("");
        assertThat(pluginResult.exit()).isEqualTo(1);
        assertThat(pluginResult.code()).isEqualTo(4);
        assertThat(pluginResult.message()).contains("CNI_COMMAND");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void anAgentThatIsNotThereIsCode11(List<String> shell) {
        for (String command : List.of("ADD", "DEL", "CHECK", "GC", "STATUS")) {
            PluginResult pluginResult = plugin(shell, command).run(CONFIG);
            assertThat(pluginResult.exit()).isEqualTo(1);
            assertThat(pluginResult.code()).isEqualTo(11);
            assertThat(pluginResult.message())
                    .contains(directory.resolve("agent.sock").toString());
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void anAgentThatHangsUpOrAnswersNonsenseIsCode11(List<String> shell) throws IOException {
        assertThat(against("", shell, "30").code()).isEqualTo(11);
        PluginResult stopping = against(
                "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 13\r\nConnection: close\r\n\r\n<html>\"\\</h>\n",
                shell,
                "30");
        assertThat(stopping.code()).isEqualTo(11);
        assertThat(stopping.message()).contains("503");
    }

    /** What the plugin says when the other end sends just this and hangs up. */
    private PluginResult against(String answer, List<String> shell, String timeout) throws IOException {
        Path socket = directory.resolve("agent.sock");
        Files.deleteIfExists(socket);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (SocketChannel channel = server.accept()) {
                    ByteBuffer request = ByteBuffer.allocate(1 << 16);
                    channel.read(request);
                    channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            PluginResult pluginResult =
                    plugin(shell, "ADD").with("ENIM_TIMEOUT", timeout).run(CONFIG);
            served.join();
            return pluginResult;
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void p8_anAgentThatNeverAnswersIsCode11WithinThePatience(List<String> shell) throws IOException {
        Path socket = directory.resolve("agent.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            PluginResult pluginResult =
                    plugin(shell, "ADD").with("ENIM_TIMEOUT", "1").run(CONFIG);
            assertThat(pluginResult.code()).isEqualTo(11);
            assertThat(pluginResult.message()).contains("within 1 s");
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void withoutCurlItSaysSo(List<String> shell) throws IOException {
        Path empty = Files.createDirectory(directory.resolve("bin"));
        PluginResult pluginResult =
                plugin(shell, "ADD").with("PATH", empty.toString()).run(CONFIG);
        assertThat(pluginResult.exit()).isEqualTo(1);
        assertThat(pluginResult.code()).isEqualTo(100);
        assertThat(pluginResult.message()).contains("curl");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void enimConfBesideThePluginNamesTheSocketAndIsNeverRun(List<String> shell) throws IOException {
        Path bait = directory.resolve("bait");
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Files.writeString(
                bin.resolve("enim.conf"),
                "# where the agent is\nsocket=" + directory.resolve("agent.sock") + "\ntimeout=9\n");
        try (TestAgent agent = TestAgent.in(directory)) {
            PluginProcess copy = plugin(shell, "ADD").copiedTo(bin);
            for (String name : List.of("CNI_COMMAND", "CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME")) {
                copy.with(
                        name,
                        Map.of(
                                        "CNI_COMMAND", "ADD",
                                        "CNI_CONTAINERID", "c1",
                                        "CNI_NETNS", "/x",
                                        "CNI_IFNAME", "eth0")
                                .get(name));
            }
            PluginResult pluginResult = copy.run(CONFIG);
            assertThat(pluginResult.exit())
                    .as(pluginResult.output() + pluginResult.errors())
                    .isZero();
            assertThat(agent.manager.lastAdd().orElseThrow().timeout()).contains(Duration.ofSeconds(7));

            Files.writeString(bin.resolve("enim.conf"), "$(touch " + bait + ")=x\n");
            assertThat(copy.run(CONFIG).code()).isEqualTo(7);
            assertThat(bait).doesNotExist();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aBadTimeoutIsCode7(List<String> shell) {
        for (String timeout : List.of("soon", "0", "-1", "1; reboot", "100000")) {
            assertThat(plugin(shell, "ADD")
                            .with("ENIM_TIMEOUT", timeout)
                            .run(CONFIG)
                            .code())
                    .isEqualTo(7);
        }
    }
}
