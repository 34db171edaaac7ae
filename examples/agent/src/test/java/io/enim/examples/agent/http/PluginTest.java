package io.enim.examples.agent.http;

import static io.enim.examples.agent.testing.PluginProcess.CONFIG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.enim.examples.agent.testing.PluginProcess;
import io.enim.examples.agent.testing.PluginProcess.PluginResult;
import io.enim.examples.agent.testing.PluginProcess.RunningPlugin;
import io.enim.examples.agent.testing.PluginVariant;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The real plugin, the script in each shell of this machine and the C program, against a real socket. */
@ParameterizedClass
@MethodSource("variants")
@Tag("slow")
@Timeout(180)
class PluginTest {
    @Parameter
    PluginVariant variant;

    @TempDir
    Path directory;

    static List<PluginVariant> variants() {
        return PluginVariant.all();
    }

    @BeforeEach
    void needsCurl() {
        assumeTrue(
                !variant.isScript() || PluginProcess.hasCurl(),
                "skipped: the script needs curl, which is not installed");
    }

    private PluginProcess plugin(String command) {
        return PluginProcess.forPod(variant, command, directory.resolve("agent.sock"));
    }

    @Test
    void addAndDelPrintWhatTheAgentAnswers() {
        try (TestAgent agent = TestAgent.in(directory)) {
            PluginResult add = plugin("ADD").run(CONFIG).successful();
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
            plugin("ADD").with("CNI_IFNAME", "a/b").run(CONFIG).error(4);
            assertThat(agent.manager.calls()).isEmpty();
        }
    }

    @Test
    void everyByteOfTheEnvironmentArrivesAndNoneIsInterpreted() {
        Path bait = directory.resolve("bait");
        String netns = "/tmp/' \" $(touch " + bait + ") `touch " + bait + "` ; touch " + bait
                + " & %41 + \\ é \n @x #y {} [a-b] * ? ~ !";
        try (TestAgent agent = TestAgent.in(directory)) {
            PluginResult result =
                    plugin("ADD").with("CNI_NETNS", netns).run(CONFIG).successful();
            assertThat(((Map<?, ?>) ((List<?>) result.json().get("interfaces")).get(0)).get("sandbox"))
                    .isEqualTo(netns);
            assertThat(bait).doesNotExist();
            assertThat(agent.manager.assignments()).hasSize(1);
        }
    }

    @Test
    void aValueCannotBecomeAnotherField() {
        try (TestAgent agent = TestAgent.in(directory)) {
            plugin("ADD&container=evil").run(CONFIG).error(4);
            PluginProcess file = plugin("ADD").with("CNI_CONTAINERID", "@/etc/passwd");
            assertThat(file.run(CONFIG).error(4)).contains("@/etc/passwd").doesNotContain("root:");
            assertThat(agent.manager.calls()).isEmpty();
        }
    }

    @Test
    void stdinArrivesByteByByte() {
        try (TestAgent agent = TestAgent.in(directory)) {
            plugin("ADD").run(new byte[] {0, 1, 2, (byte) 0xff}).error(6);
            plugin("ADD").run("").error(6);
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
            assertThat(plugin("ADD").run(CONFIG + padding).error(7)).contains("longer than");
            assertThat(agent.manager.calls()).isEmpty();
        }
    }

    @Test
    void whatALoaderPrintsOnStandardErrorIsNotPartOfTheAnswer() {
        try (TestAgent agent = TestAgent.in(directory)) {
            PluginProcess watched = plugin("ADD")
                    .with("LD_PRELOAD", directory.resolve("gone.so").toString());
            assertThat(watched.run(CONFIG).successful().json()).containsKey("ips");
            watched.with("CNI_IFNAME", "a/b").run(CONFIG).error(4);
            assertThat(agent.manager.assignments()).hasSize(1);
        }
    }

    @Test
    void versionNeedsNeitherAgentNorCurl() {
        PluginProcess alone = new PluginProcess(variant).with("CNI_COMMAND", "VERSION");
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
        assertThat(new PluginProcess(variant).run("").error(4)).contains("CNI_COMMAND");
    }

    @Test
    void anAgentThatIsNotThereIsCode11() {
        for (String command : List.of("ADD", "STATUS")) {
            assertThat(plugin(command).with("ENIM_TIMEOUT", "1").run(CONFIG).error(11))
                    .contains(directory.resolve("agent.sock").toString());
        }
    }

    @Test
    void anAgentThatStartsWithinThePatienceAnswers() throws IOException {
        RunningPlugin early = plugin("ADD").start(CONFIG.getBytes(StandardCharsets.UTF_8));
        try (ServerSocketChannel dying = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dying.bind(UnixDomainSocketAddress.of(variant.socket(directory.resolve("agent.sock"))));
            dying.accept().close();
        }
        try (TestAgent agent = TestAgent.in(directory)) {
            assertThat(early.end().successful().json()).containsKey("ips");
            assertThat(agent.manager.assignments()).hasSize(1);
        }
    }

    @Test
    void p8_anAgentThatNeverAnswersIsCode11WithinThePatience() throws IOException {
        Path socket = variant.socket(directory.resolve("agent.sock"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            PluginProcess impatient = plugin("ADD").with("ENIM_TIMEOUT", "1");
            assertThat(impatient.run(CONFIG).error(11)).contains("within 1 s");
        }
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
            copy.run(CONFIG).successful();
            assertThat(agent.manager.lastAdd().orElseThrow().timeout().orElseThrow())
                    .isLessThanOrEqualTo(Duration.ofSeconds(7));

            Files.writeString(bin.resolve("enim.conf"), "$(touch " + bait + ")=x\n");
            copy.run(CONFIG).error(7);
            assertThat(bait).doesNotExist();
        }
    }

    @Test
    void aBadTimeoutIsCode7() {
        for (String timeout : List.of("soon", "0", "-1", "1; reboot", "100000")) {
            plugin("ADD").with("ENIM_TIMEOUT", timeout).run(CONFIG).error(7);
        }
    }
}
