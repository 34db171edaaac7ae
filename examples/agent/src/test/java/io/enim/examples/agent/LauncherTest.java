package io.enim.examples.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.enim.examples.agent.cli.AgentClient;
import io.enim.examples.agent.cli.AgentClient.AgentResponse;
import io.enim.examples.agent.testing.InstalledAgent;
import io.enim.examples.agent.testing.InstalledAgent.Ran;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as it is installed: its launcher, the JVM's options, and the class-data archive. */
@Tag("slow")
class LauncherTest {
    private static final Ran VERSION = new Ran(0, "ENIM example agent\n", "");
    private static final int ENIS = 250;
    private static final Duration LONGEST = Duration.ofMinutes(3);

    private static Ran archived;
    private static InstalledAgent agent;

    @TempDir
    Path directory;

    private Process process;

    @BeforeAll
    static void install(@TempDir Path installed) throws Exception {
        agent = InstalledAgent.in(installed);
        // The environment is for the agent, not for the training.
        archived = agent.run(Map.of("ENIM_PROVIDER", "none", "ENIM_NONE", "none"), "archive");
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private static Ran version(Map<String, String> environment) throws Exception {
        return agent.run(environment, "--version");
    }

    private String loaded(Map<String, String> environment) throws Exception {
        Path log = directory.resolve("loaded");
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("ENIM_JAVA_OPTS", "-Xlog:class+load:file=" + log);
        assertThat(version(variables)).isEqualTo(VERSION);
        return Files.readString(log);
    }

    @Test
    void theArchiveIsUsedOnceItWasWrittenAndStandardOutputIsTheCommands() throws Exception {
        assertThat(archived.status()).as(archived.errors()).isZero();
        assertThat(loaded(Map.of())).contains("AgentCli source: shared", "picocli.CommandLine source: shared");
        try (Stream<Path> files = Files.list(agent.directory())) {
            assertThat(files).as("nothing else is left").hasSize(4);
        }
    }

    @Test
    void eachFurtherJdkOfThisMachineHasAnArchiveOfItsOwn() throws Exception {
        Path debian = Path.of("/usr/lib/jvm");
        assumeThat(debian).as("where JDKs are looked for").isDirectory();
        try (Stream<Path> homes = Files.list(debian)) {
            for (Path home : homes.filter(LauncherTest::isFurtherJdk).toList()) {
                Map<String, String> environment = Map.of(
                        "ENIM_JAVA",
                        InstalledAgent.java(home),
                        "ENIM_ARCHIVE",
                        directory.resolve(home.getFileName().toString()).toString());
                Ran ran = agent.run(environment, "archive");
                assertThat(ran.status()).as("%s: %s", home, ran.errors()).isZero();
                assertThat(loaded(environment)).contains("AgentCli source: shared");
            }
        }
    }

    private static boolean isFurtherJdk(Path home) {
        try {
            return !Files.isSymbolicLink(home)
                    && !home.equals(Path.of(System.getProperty("java.home")))
                    && Files.isExecutable(home.resolve("bin/java"))
                    && Files.readString(home.resolve("release")).matches("(?s).*JAVA_VERSION=\"(1[7-9]|[2-9]\\d).*");
        } catch (IOException e) {
            return false; // No JDK.
        }
    }

    @Test
    void noArchivePreventsAStartOrSaysMoreThanOneLine() throws Exception {
        byte[] whole = Files.readAllBytes(agent.archive());
        Path other = directory.resolve("other.jsa");
        Map<String, String> environment = Map.of("ENIM_ARCHIVE", other.toString());
        assertThat(version(environment)).isEqualTo(VERSION);
        for (byte[] content :
                List.of(new byte[0], "no archive".getBytes(UTF_8), Arrays.copyOf(whole, whole.length / 2))) {
            Files.write(other, content);
            assertStartsWithAtMostOneLine(version(environment));
        }
        Path more = Files.createSymbolicLink(agent.directory().resolve("lib/zzz.jar"), Path.of("/none"));
        Ran otherJars = version(Map.of());
        Files.delete(more);
        assertStartsWithAtMostOneLine(otherJars);
        assertStartsWithAtMostOneLine(version(Map.of("ENIM_JAVA_OPTS", "-XX:-UseSerialGC -XX:+UseParallelGC")));
    }

    private static void assertStartsWithAtMostOneLine(Ran ran) {
        assertThat(ran.status()).as(ran.errors()).isZero();
        assertThat(ran.output()).isEqualTo(VERSION.output());
        assertThat(ran.errors().lines()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void anArchiveThatCannotBeWrittenIsAnErrorThatNamesItAndWhatHelps() throws Exception {
        Ran ran = agent.run(Map.of("ENIM_ARCHIVE", "/proc/none/classes.jsa"), "archive");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.errors()).contains("to /proc/none/classes.jsa (ENIM_ARCHIVE names another file)");
    }

    @Test
    void aSymbolicLinkToTheLauncherIsTheLauncher() throws Exception {
        Path link = Files.createSymbolicLink(
                directory.resolve("link"), agent.directory().resolve("enim-agent"));
        ProcessBuilder builder = agent.command(Map.of(), "--version");
        builder.command().set(0, link.toString());
        process = builder.start();
        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo(VERSION.output());
    }

    private AgentClient serve(String options) throws IOException {
        Path socket = directory.resolve("agent.sock");
        Path config = Files.writeString(directory.resolve("config"), """
            enim.node=node
            enim.provider=fake
            enim.provider.fake.max-enis=%1$s
            enim.provider.fake.ipv4=10.80.0.0/16
            enim.devices=memory
            enim.pool.min=%1$s
            enim.pool.max=%1$s
            enim.pool.rate=1000
            enim.pool.cooldown=0s
            enim.run-dir=%2$s/run
            enim.state-dir=%2$s/state
            agent.socket=%3$s
            """.formatted(ENIS, directory, socket));
        process = agent.command(Map.of("ENIM_JAVA_OPTS", options), "serve", "--config", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        await().atMost(LONGEST).until(() -> Files.exists(socket) || !process.isAlive());
        return new AgentClient(socket, LONGEST);
    }

    @Test
    void thePluginIsServedBeforeJettyStarts() throws Exception {
        Path log = directory.resolve("loaded");
        serve("-Xlog:class+load:file=" + log);
        assertThat(Files.readString(log))
                .containsSubsequence("plugin.PluginLoop source", "org.eclipse.jetty.server.Server source")
                .doesNotContain("javax.management.MBeanServer source", "org.xml.sax", "jdk.jfr.Event ");
    }

    /** With half of the heap that is installed, so that twice as much would fit. */
    @Test
    void p19_theHeapIsEnoughForTwiceAFullNode() throws Exception {
        AgentClient client = serve("-Xmx64m");
        await().atMost(LONGEST).until(() -> client.get("/metrics").body().contains("enim_enis{state=\"READY\"} 250.0"));
        for (int round = 0; round < 3; round++) {
            all(i -> client.post("/v1/add", "name=p" + i + "&whenEmpty=wait"));
            for (String question : List.of("/v1/enis", "/v1/assignments", "/v1/status", "/metrics")) {
                all(i -> client.get(question));
            }
            assertThat(client.post("/v1/gc", "").status()).isEqualTo(200);
            all(i -> client.post("/v1/del", "name=p" + i));
        }
        process.destroy();
        assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 15);
    }

    private interface Call {
        AgentResponse of(int i) throws IOException;
    }

    /** One call for each ENI, several at a time, repeated as long as the agent says to try again; none fails. */
    private static void all(Call call) {
        IntStream.range(0, ENIS)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> status(call, i)))
                .toList()
                .forEach(status -> assertThat(status.join()).isEqualTo(200));
    }

    private static int status(Call call, int i) {
        try {
            int status = call.of(i).status();
            while (status == 503) {
                status = call.of(i).status();
            }
            return status;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
