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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The real script in each shell of this machine, against a real socket. */
@ParameterizedClass
@MethodSource("shells")
@Tag("slow")
class PluginScriptTest {
    private static final String CONFIG = "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"enim\"}";

    @Parameter
    List<String> shell;

    @TempDir
    Path directory;

    static List<List<String>> shells() {
        return PluginProcess.shells();
    }

    @BeforeEach
    void needsCurl() {
        assumeTrue(PluginProcess.hasCurl(), "skipped: the plugin needs curl, which is not installed");
    }

    private PluginProcess plugin(String command) {
        return new PluginProcess(shell)
                .with("CNI_COMMAND", command)
                .with("CNI_CONTAINERID", "c1")
                .with("CNI_NETNS", "/var/run/netns/cni-1")
                .with("CNI_IFNAME", "eth0")
                .with("CNI_ARGS", "K8S_POD_NAME=cart;K8S_POD_NAMESPACE=shop")
                .with("CNI_PATH", "/opt/cni/bin")
                .with("ENIM_SOCKET", directory.resolve("agent.sock").toString());
    }

    private static PluginResult success(PluginResult result) {
        assertThat(result.exit()).as(result.output() + result.errors()).isZero();
        return result;
    }

    /** The message of an error with this code. */
    private static String error(int code, PluginResult result) {
        assertThat(result.code()).as(result.output() + result.errors()).isEqualTo(code);
        assertThat(result.exit()).isEqualTo(1);
        return result.json().get("msg") + " / " + result.json().get("details");
    }

    @Test
    void addAndDelPrintWhatTheAgentAnswers() {
        try (TestAgent agent = TestAgent.in(directory)) {
            PluginResult add = success(plugin("ADD").run(CONFIG));
            assertThat(add.json()).containsEntry("cniVersion", "1.0.0").containsKeys("interfaces", "ips", "routes");
            assertThat(agent.manager.assignments()).hasSize(1);
            assertThat(plugin("ADD").run(CONFIG)).isEqualTo(add);

            assertThat(plugin("DEL").with("CNI_NETNS", "").run(CONFIG)).isEqualTo(new PluginResult(0, "", ""));
            assertThat(agent.manager.assignments()).isEmpty();
        }
    }

    @Test
    void anErrorOfTheAgentIsPrintedAndExitsWithOne() {
        try (TestAgent agent = TestAgent.in(directory)) {
            error(4, plugin("ADD").with("CNI_IFNAME", "a/b").run(CONFIG));
            assertThat(agent.manager.calls()).isEmpty();
        }
    }

    @Test
    void everyByteOfTheEnvironmentArrivesAndNoneIsInterpreted() {
        Path bait = directory.resolve("bait");
        String netns = "/tmp/' \" $(touch " + bait + ") `touch " + bait + "` ; touch " + bait
                + " & %41 + \\ é \n @x #y {} [a-b] * ? ~ !";
        try (TestAgent agent = TestAgent.in(directory)) {
            PluginResult result = success(plugin("ADD").with("CNI_NETNS", netns).run(CONFIG));
            assertThat(((Map<?, ?>) ((List<?>) result.json().get("interfaces")).get(0)).get("sandbox"))
                    .isEqualTo(netns);
            assertThat(bait).doesNotExist();
            assertThat(agent.manager.assignments()).hasSize(1);
        }
    }

    @Test
    void aValueCannotBecomeAnotherField() {
        try (TestAgent agent = TestAgent.in(directory)) {
            error(4, plugin("ADD&container=evil").run(CONFIG));
            PluginProcess file = plugin("ADD").with("CNI_CONTAINERID", "@/etc/passwd");
            assertThat(error(4, file.run(CONFIG))).contains("@/etc/passwd").doesNotContain("root:");
            assertThat(agent.manager.calls()).isEmpty();
        }
    }

    @Test
    void stdinArrivesByteByByte() {
        try (TestAgent agent = TestAgent.in(directory)) {
            error(6, plugin("ADD").run(new byte[] {0, 1, 2, (byte) 0xff}));
            error(6, plugin("ADD").run(""));
            String dns = ",\"dns\":{\"search\":[\"&command=DEL\",\"a+b%20\\\"\\u0007é$(x)\"]}}";
            PluginResult result = plugin("ADD").run(CONFIG.substring(0, CONFIG.length() - 1) + dns);
            assertThat(((Map<?, ?>) result.json().get("dns")).get("search"))
                    .isEqualTo(List.of("&command=DEL", "a+b%20\"\u0007é$(x)"));
            assertThat(agent.manager.assignments()).hasSize(1);
        }
    }

    @Test
    void anOversizedConfigurationIsCode7AndChangesNothing() {
        try (TestAgent agent = TestAgent.in(directory)) {
            String padding = " ".repeat(4 * TestAgent.MAX_BYTES);
            assertThat(error(7, plugin("ADD").run(CONFIG + padding))).contains("longer than");
            assertThat(agent.manager.calls()).isEmpty();
        }
    }

    @Test
    void proxiesAndACurlrcAreIgnored() throws IOException {
        Files.writeString(directory.resolve(".curlrc"), "output=" + directory.resolve("stolen") + "\nfail\n");
        try (TestAgent agent = TestAgent.in(directory)) {
            success(plugin("ADD")
                    .with("HOME", directory.toString())
                    .with("CURL_HOME", directory.toString())
                    .with("http_proxy", "http://127.0.0.1:1")
                    .with("ALL_PROXY", "socks5://127.0.0.1:1")
                    .run(CONFIG));
            assertThat(directory.resolve("stolen")).doesNotExist();
            assertThat(agent.manager.assignments()).hasSize(1);
        }
    }

    @Test
    void versionNeedsNeitherAgentNorCurl() {
        PluginProcess alone = new PluginProcess(shell).with("CNI_COMMAND", "VERSION");
        assertThat(alone.run("{ \"cniVersion\" :\n \"0.4.0\" }").json())
                .isEqualTo(Map.of(
                        "cniVersion", "0.4.0", "supportedVersions", List.of("0.3.1", "0.4.0", "1.0.0", "1.1.0")));
        assertThat(alone.run("").json()).containsEntry("cniVersion", "1.1.0");
        assertThat(alone.run("{\"cniVersion\":\"1\\\",\\\"x\\\":\\\"\"}").json())
                .containsKey("supportedVersions");
        assertThat(alone.run("{\"cniVersion\":7}").json()).containsEntry("cniVersion", "1.1.0");
    }

    @Test
    void withoutCommandItSaysWhatItIs() {
        assertThat(error(4, new PluginProcess(shell).run(""))).contains("CNI_COMMAND");
    }

    @Test
    void anAgentThatIsNotThereIsCode11() {
        for (String command : List.of("ADD", "DEL", "CHECK", "GC", "STATUS")) {
            assertThat(error(11, plugin(command).run(CONFIG)))
                    .contains(directory.resolve("agent.sock").toString());
        }
    }

    @Test
    void anAgentThatHangsUpOrAnswersNonsenseIsCode11() throws IOException {
        error(11, against(""));
        String stopping =
                "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 13\r\nConnection: close\r\n\r\n<html>\"\\</h>\n";
        assertThat(error(11, against(stopping))).contains("503");
    }

    /** The plugin's result when the other end sends this and closes the connection. */
    private PluginResult against(String answer) throws IOException {
        Path socket = directory.resolve("agent.sock");
        Files.deleteIfExists(socket);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (SocketChannel channel = server.accept()) {
                    channel.read(ByteBuffer.allocate(1 << 16));
                    channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            PluginResult result = plugin("ADD").with("ENIM_TIMEOUT", "30").run(CONFIG);
            served.join();
            return result;
        }
    }

    @Test
    void p8_anAgentThatNeverAnswersIsCode11WithinThePatience() throws IOException {
        Path socket = directory.resolve("agent.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            PluginProcess impatient = plugin("ADD").with("ENIM_TIMEOUT", "1");
            assertThat(error(11, impatient.run(CONFIG))).contains("within 1 s");
        }
    }

    @Test
    void withoutCurlItSaysSo() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("bin"));
        PluginProcess alone = plugin("ADD").with("PATH", empty.toString());
        assertThat(error(100, alone.run(CONFIG))).contains("curl");
    }

    @Test
    void enimConfBesideThePluginNamesTheSocketAndIsNeverRun() throws IOException {
        Path bait = directory.resolve("bait");
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Files.writeString(
                bin.resolve("enim.conf"),
                "# where the agent is\nsocket=" + directory.resolve("agent.sock") + "\ntimeout=9\n");
        try (TestAgent agent = TestAgent.in(directory)) {
            PluginProcess copy = plugin("ADD").copiedTo(bin);
            copy.with("CNI_NETNS", "/x").with("ENIM_SOCKET", "");
            success(copy.run(CONFIG));
            assertThat(agent.manager.lastAdd().orElseThrow().timeout()).contains(Duration.ofSeconds(7));

            Files.writeString(bin.resolve("enim.conf"), "$(touch " + bait + ")=x\n");
            error(7, copy.run(CONFIG));
            assertThat(bait).doesNotExist();
        }
    }

    @Test
    void aBadTimeoutIsCode7() {
        for (String timeout : List.of("soon", "0", "-1", "1; reboot", "100000")) {
            error(7, plugin("ADD").with("ENIM_TIMEOUT", timeout).run(CONFIG));
        }
    }
}
