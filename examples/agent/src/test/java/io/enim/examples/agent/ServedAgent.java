package io.enim.examples.agent;

import static org.awaitility.Awaitility.await;

import io.enim.examples.agent.cli.AgentClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Agents as processes of their own, one after the other on one directory, over the fake cloud and devices in memory. */
final class ServedAgent implements AutoCloseable {
    static final Duration LONGEST = Duration.ofMinutes(3);

    private final Path directory;
    private final List<Process> processes = new ArrayList<>();

    ServedAgent(Path directory) {
        this.directory = directory;
    }

    Process serve(String... more) throws IOException {
        return serve(List.of(), Map.of(), more);
    }

    /** With more in its environment. */
    Process serve(Map<String, String> environment, String... more) throws IOException {
        return serve(List.of(), environment, more);
    }

    /** On a JVM with these options. */
    Process serveOn(List<String> jvmOptions, String... more) throws IOException {
        return serve(jvmOptions, Map.of(), more);
    }

    private Process serve(List<String> jvmOptions, Map<String, String> environment, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), AgentCli.class.getName(), "serve"));
        for (String setting : List.of(
                "enim.node=node",
                "enim.provider=fake",
                "enim.devices=memory",
                "enim.pool.min=2",
                "enim.run-dir=" + directory.resolve("run"),
                "enim.state-dir=" + directory.resolve("state"),
                "enim.provider.fake.state-file=" + directory.resolve("cloud"),
                "agent.socket=" + socket())) {
            command.addAll(List.of("--set", setting));
        }
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("agent.log").toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("ENIM_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    Path socket() {
        return directory.resolve("agent.sock");
    }

    String logged() throws IOException {
        return Files.readString(directory.resolve("agent.log"));
    }

    AgentClient client() {
        return new AgentClient(socket(), LONGEST);
    }

    void awaitServing() {
        await().atMost(LONGEST).until(() -> {
            try {
                return client().get("/v1/status").status() == 200;
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
