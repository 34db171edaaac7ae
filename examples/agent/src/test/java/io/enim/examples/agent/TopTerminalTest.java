package io.enim.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.enim.examples.agent.cni.CniMetrics;
import io.enim.examples.agent.config.AgentSettings;
import io.enim.examples.agent.testing.StagedNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code enim-agent top} in a process of its own, on a terminal that script(1) makes. */
@Tag("slow")
class TopTerminalTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final String SECOND_SCREEN = "\u001b[?1049h";
    private static final String FIRST_SCREEN = "\u001b[?1049l";

    /** A build in the background of a shell ignores SIGINT, and so does what it starts. */
    private static final String[] DEFAULT_INT = {"env", "--default-signal=INT"};

    @TempDir
    Path directory;

    private Optional<Agent> agent = Optional.empty();
    private Process terminal;

    @BeforeEach
    void need() throws Exception {
        assumeThat(Path.of("/usr/bin/script"))
                .as("left out: script(1), which makes the terminal, is not installed (Debian: bsdutils)")
                .exists();
        assumeThat(new ProcessBuilder(DEFAULT_INT[0], DEFAULT_INT[1], "true")
                        .start()
                        .waitFor())
                .as("left out: env(1) of coreutils 8.31, which gives SIGINT its effect, is not installed")
                .isZero();
        startAgent();
    }

    @AfterEach
    void end() {
        agent.ifPresent(Agent::close);
        if (terminal != null) {
            terminal.destroyForcibly();
        }
    }

    private void startAgent() {
        AgentSettings settings = AgentSettings.read(
                Optional.empty(),
                Map.of(),
                Map.of("agent.socket", directory + "/agent.sock", "enim.run-dir", directory + "/run"),
                Optional.of(StagedNode.NAME));
        agent = Optional.of(Agent.start(settings, StagedNode.ofSixtyFour(), CniMetrics.NONE, () -> ""));
    }

    private void stopAgent() {
        agent.ifPresent(Agent::close);
        agent = Optional.empty();
    }

    /** Runs top between two questions of how the terminal is. */
    private void runTop(int columns, int lines, String more) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // The shell outlives a Ctrl-C, as an interactive one does.
        String script = "trap : INT; stty cols " + columns + " rows " + lines + "; stty -a > before; '" + java
                + "' -XX:TieredStopAtLevel=1 -cp \"$CP\" " + AgentCli.class.getName() + " top --interval 0.2 --socket "
                + directory + "/agent.sock " + more + "; echo $? > status; stty -a > after";
        Path file = Files.writeString(directory.resolve("run"), script);
        ProcessBuilder builder = new ProcessBuilder(
                        DEFAULT_INT[0], DEFAULT_INT[1], "script", "-q", "-f", "-c", "sh " + file, "screen")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("script.out").toFile());
        builder.environment().put("CP", System.getProperty("java.class.path"));
        terminal = builder.start();
    }

    private void type(String keys) throws IOException {
        OutputStream in = terminal.getOutputStream();
        in.write(keys.getBytes(StandardCharsets.US_ASCII));
        in.flush();
    }

    private String screen() throws IOException {
        Path file = directory.resolve("screen");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private void awaitScreen(String... texts) {
        await().atMost(LONGEST).untilAsserted(() -> assertThat(screen()).contains(texts));
    }

    private void awaitEndAndTheTerminalAsItWas(String status) throws Exception {
        assertThat(terminal.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(directory.resolve("status")).hasContent(status);
        assertThat(directory.resolve("after")).hasSameTextualContentAs(directory.resolve("before"));
        assertThat(screen().indexOf(FIRST_SCREEN)).isGreaterThan(screen().lastIndexOf(SECOND_SCREEN));
        assertThat(screen()).contains("\u001b[?25h");
    }

    @Test
    void qLeavesTheTerminalAsItWas() throws Exception {
        runTop(80, 24, "");
        awaitScreen(SECOND_SCREEN, StagedNode.NAME, "ENIs 1–");
        type("n");
        await().atMost(LONGEST).untilAsserted(() -> assertThat(screen()).containsPattern("ENIs (?!1–)\\d+–\\d+ of 64"));
        type("q");
        awaitEndAndTheTerminalAsItWas("0");
    }

    @Test
    void ctrlCLeavesTheTerminalAsItWas() throws Exception {
        runTop(120, 40, "");
        awaitScreen(SECOND_SCREEN, StagedNode.NAME);
        type("\u0003");
        awaitEndAndTheTerminalAsItWas("130");
    }

    @Test
    void eachPictureFitsTheTerminal() throws Exception {
        runTop(80, 24, "");
        awaitScreen("q quit");
        type("q");
        awaitEndAndTheTerminalAsItWas("0");
        String all = screen();
        String picture = all.substring(all.lastIndexOf("\u001b[H"), all.lastIndexOf("\u001b[J"));
        assertThat(picture.replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "").split("\r+\n", -1))
                .hasSize(24)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void anAgentThatIsAwayIsSaidToBeAndAskedAgain() throws Exception {
        stopAgent();
        runTop(100, 30, "");
        awaitScreen("NO ANSWER for");
        startAgent();
        awaitScreen(StagedNode.NAME, "64 of at most 64");
        int seen = screen().length();
        stopAgent();
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(screen().substring(seen))
                        .containsSubsequence("NO ANSWER for", StagedNode.NAME, "64 of at most 64"));
        type("q");
        awaitEndAndTheTerminalAsItWas("0");
    }

    @Test
    void onceHasNoControlCodesAlsoOnATerminal() throws Exception {
        runTop(90, 24, "--once");
        assertThat(terminal.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(directory.resolve("status")).hasContent("0");
        assertThat(screen()).contains(StagedNode.NAME).doesNotContain("\u001b");
        assertThat(screen().lines().filter(line -> !line.startsWith("Script ")))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(90));
    }
}
