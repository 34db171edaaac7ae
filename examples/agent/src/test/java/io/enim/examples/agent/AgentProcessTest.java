package io.enim.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.examples.agent.cli.AgentClient;
import io.enim.examples.agent.cli.AgentClient.AgentResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real agent as a process of its own, over the fake cloud and devices in memory: how it starts, ends and dies. */
@Tag("slow")
class AgentProcessTest {
    private static final Duration LONGEST = Duration.ofMinutes(3);
    private static final int KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void endAll() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process serve(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AgentCli.class.getName(),
                "serve"));
        for (String setting : List.of(
                "enim.node=node",
                "enim.provider=fake",
                "enim.devices=memory",
                "enim.pool.min=2",
                "enim.run-dir=" + directory.resolve("run"),
                "enim.state-dir=" + directory.resolve("state"),
                "enim.provider.fake.state-file=" + directory.resolve("cloud"),
                "agent.socket=" + directory.resolve("agent.sock"))) {
            command.addAll(List.of("--set", setting));
        }
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("ENIM_"));
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private Path log() {
        return directory.resolve("agent.log");
    }

    private String logged() throws IOException {
        return Files.readString(log());
    }

    private AgentClient client() {
        return new AgentClient(directory.resolve("agent.sock"), LONGEST);
    }

    private void awaitServing() {
        await().atMost(LONGEST).until(() -> {
            try {
                return client().get("/v1/status").status() == 200;
            } catch (IOException e) {
                return false;
            }
        });
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String add() throws IOException {
        AgentResponse agentResponse = client().post("/v1/add", "name=cart&container=c1&whenEmpty=wait");
        assertThat(agentResponse.status()).as(agentResponse.body()).isEqualTo(200);
        return agentResponse.body();
    }

    @Test
    void p1_killedAndStartedAgainItKnowsWhoHoldsWhat() throws Exception {
        Process first = serve();
        awaitServing();
        String added = add();
        first.destroyForcibly();
        assertThat(end(first)).isEqualTo(KILLED);
        assertThat(directory.resolve("agent.sock")).exists();

        serve();
        awaitServing();
        assertThat(add()).isEqualTo(added);
        assertThat(client().get("/v1/assignments").body()).containsOnlyOnce("\"container\" : \"c1\"");
    }

    @Test
    void toldToEndItDrainsAndRemovesItsSocket() throws Exception {
        Process agent = serve();
        awaitServing();
        add();
        agent.destroy();
        assertThat(end(agent)).isEqualTo(TERMINATED);
        assertThat(directory.resolve("agent.sock")).doesNotExist();
        assertThat(logged()).contains("stopped serving on", "endpoints keep their devices");
    }

    @Test
    void aSecondAgentIsRefusedNamingTheFirst() throws Exception {
        Process first = serve();
        awaitServing();
        Process second = serve(
                "--set",
                "enim.run-dir=" + directory.resolve("run2"),
                "--set",
                "enim.state-dir=" + directory.resolve("state2"));
        assertThat(end(second)).isEqualTo(1);
        assertThat(logged()).contains("agent.socket").contains("pid " + first.pid());
        assertThat(client().get("/v1/status").status()).isEqualTo(200);
    }

    @Test
    void eachOperationIsALineOfTheLog() throws Exception {
        serve();
        awaitServing();
        add();
        assertThat(logged().lines().filter(line -> line.contains("ADD default/cart/c1/eth0 ok")))
                .hasSize(1);
    }
}
