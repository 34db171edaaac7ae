package io.enim.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Health;
import io.enim.examples.agent.cli.AgentClient;
import io.enim.examples.agent.cni.CniMetrics;
import io.enim.examples.agent.config.AgentSettings;
import io.enim.examples.agent.config.ShownSettings;
import io.enim.examples.agent.support.SupportBundle;
import io.enim.examples.agent.testing.InMemoryManager;
import io.enim.examples.agent.testing.StagedNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupportBundleTest {
    @TempDir
    Path directory;

    private final InMemoryManager manager = StagedNode.ofFour();
    private Path config;
    private Optional<Agent> agent = Optional.empty();

    private record Ran(int status, String output) {}

    @BeforeEach
    void writeSettings() throws IOException {
        config = Files.writeString(
                directory.resolve("agent.properties"), """
                enim.node=%s
                enim.provider=bce
                enim.pool.max=8
                enim.run-dir=%s/run
                enim.state-dir=%s/state
                enim.provider.bce.region=bj
                enim.provider.bce.secret-access-key=planted-in-the-file
                enim.provider.bce.endpoint=https://planted-user:planted-password@cloud.example
                enim.provider.other.unknown=planted-under-an-unknown-key
                enim.provider.bce.credentials-file=%s/credentials
                """.formatted(StagedNode.NAME, directory, directory, directory));
        Files.writeString(directory.resolve("credentials"), "session-token=planted-in-a-file-of-secrets\n");
        Path records = Files.createDirectories(directory.resolve("run/assignments"));
        Files.writeString(records.resolve("shop-cart@eni-1"), """
                enim-record 1
                endpoint.namespace=shop
                endpoint.name=cart
                phase=ADDED
                reason=login with password=planted-in-a-reason failed
                label.team=planted-in-a-label
                something new planted-in-an-unknown-line
                sum=9a3bd1c0
                """);
        Files.createDirectories(directory.resolve("state/set-aside"));
        Files.writeString(directory.resolve("state/set-aside/torn"), "planted-in-what-is-set-aside");
    }

    @AfterEach
    void stopAgent() {
        agent.ifPresent(Agent::close);
    }

    private void startAgent() {
        Map<String, String> flags = new HashMap<>(Map.of(
                "agent.socket", directory + "/agent.sock", "enim.provider.bce.access-key-id", "planted-in-a-flag"));
        agent = Optional.of(Agent.start(
                AgentSettings.read(Optional.of(config), Map.of(), flags, Optional.empty()),
                manager,
                CniMetrics.NONE,
                () -> "enim_enis{state=\"READY\"} 1\n"));
    }

    private Ran run(String... more) {
        List<String> words = new ArrayList<>(
                List.of("support-bundle", "--config", config.toString(), "--socket", directory + "/agent.sock"));
        words.addAll(List.of(more));
        StringWriter out = new StringWriter();
        int status = AgentCli.run(new PrintWriter(out), words.toArray(String[]::new));
        return new Ran(status, out.toString());
    }

    private static Map<String, String> read(Path file) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        try (InputStream in = Files.newInputStream(file);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return entries;
    }

    @Test
    void itHasWhatAReportNeedsForItsOwnerAlone() throws IOException {
        Path file = directory.resolve("bundle.zip");
        startAgent();
        assertThat(run(file.toString())).satisfies(ran -> {
            assertThat(ran.status()).isZero();
            assertThat(ran.output()).contains("agent/node.json", "written to " + file);
        });
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Map<String, String> entries = read(file);
        assertThat(entries.get("README.txt"))
                .contains("settings.txt: ", "agent/node.json: ", "state/files.txt: ", "host/mounts.txt: ")
                .doesNotContain("MISSING  agent/");
        assertThat(entries.get("settings.txt"))
                .contains("enim.pool.max=8", "enim.provider.bce.region=bj")
                .contains("enim.provider.bce.secret-access-key=" + ShownSettings.MASK);
        assertThat(entries.get("agent/about.json"))
                .contains("\"java\"", "\"heapMaxBytes\"", "\"enim.pool.max\" : \"8\"");
        assertThat(entries.get("agent/node.json")).contains("DEGRADED", "IN_USE", "ADD_MOVE_IN", "mutations");
        assertThat(entries.get("agent/timelines.txt")).contains("DEL_RETURN_TO_HOST");
        assertThat(entries.get("agent/findings.json")).contains("DRY_RUN");
        assertThat(entries.get("agent/threads.txt")).contains("ThreadDump");
        assertThat(entries.get("run/files.txt")).contains("assignments/shop-cart@eni-1");
        assertThat(entries.get("run/records.txt")).contains("endpoint.name=cart", "label.team=" + ShownSettings.MASK);
        assertThat(manager.lastGc().orElseThrow().mode()).hasToString("DRY_RUN");
    }

    @Test
    void noSecretIsInIt() throws IOException {
        manager.setHealth(new Health(
                Health.Status.DEGRADED,
                List.of("the cloud refused planted-in-the-file and Bearer planted-as-a-bearer")));
        Path file = directory.resolve("bundle.zip");
        Map<String, String> environment = Map.of(
                "ENIM_PROVIDER_BCE_SESSION_TOKEN", "planted-in-the-environment",
                "ENIM_JAVA_OPTS", "-Xmx64m -Dproxy.password=planted-in-an-option",
                "AWS_SECRET_ACCESS_KEY", "planted-in-anothers-variable",
                "ENIM_POOL_WARM", "3");
        String told =
                "told: planted-in-the-environment and planted-in-anothers-variable and planted-in-a-file-of-secrets";
        startAgent();
        SupportBundle.Agent asking = path -> path.equals("/metrics")
                ? told
                : new AgentClient(directory.resolve("agent.sock"), Duration.ofSeconds(60))
                        .get(path)
                        .body();
        new SupportBundle(asking, Optional.of(config), environment).write(file);
        Map<String, String> entries = read(file);
        assertThat(entries).allSatisfy((name, text) -> assertThat(text).as(name).doesNotContain("planted"));
        assertThat(entries.get("environment.txt"))
                .contains("ENIM_POOL_WARM=3", "-Xmx64m -Dproxy.password=" + ShownSettings.MASK)
                .doesNotContain("AWS");
        assertThat(entries.get("run/records.txt")).contains("phase=ADDED", "sum=9a3bd1c0");
    }

    @Test
    void withoutAnAgentItSaysWhatIsMissing() throws IOException {
        Path file = directory.resolve("bundle.zip");
        assertThat(run(file.toString()).status()).isZero();
        Map<String, String> entries = read(file);
        assertThat(entries).doesNotContainKey("agent/node.json").containsKeys("settings.txt", "run/records.txt");
        assertThat(entries.get("README.txt"))
                .contains("MISSING  agent/node.json: ")
                .doesNotContain("planted");
    }

    @Test
    void anExistingFileIsLeftAsItIs() throws IOException {
        Path file = Files.writeString(directory.resolve("bundle.zip"), "precious");
        assertThat(run(file.toString())).satisfies(ran -> {
            assertThat(ran.status()).isEqualTo(1);
            assertThat(ran.output()).contains("exists; name another file");
        });
        assertThat(file).hasContent("precious");
    }

    @Test
    void p19_itsSizeHasABound() throws IOException {
        Path records = directory.resolve("run/assignments");
        String record = "reason=" + "x".repeat(20_000) + "\n";
        for (int i = 0; i < 400; i++) {
            Files.writeString(records.resolve("many-" + i), record);
        }
        Path file = directory.resolve("bundle.zip");
        assertThat(run(file.toString()).status()).isZero();
        assertThat(read(file).get("run/records.txt")).hasSizeLessThanOrEqualTo(2 << 20);
        assertThat(read(file).get("README.txt")).contains("cut at");
    }

    @ParameterizedTest
    @CsvSource({
        "enim.pool.max, true",
        "agent.socket, true",
        "enim.provider.aws.region, true",
        "enim.provider.bce.secret-access-key, false",
        "enim.provider.bce.access-key-id, false",
        "enim.provider.new.anything, false",
        "enim.provider.aws.endpoint, false",
        "enim.pool.secret, false",
        "other, false"
    })
    void aSettingIsShownOnlyIfItIsKnownAndHarmless(String key, boolean isShown) {
        assertThat(ShownSettings.isShown(key)).isEqualTo(isShown);
    }
}
