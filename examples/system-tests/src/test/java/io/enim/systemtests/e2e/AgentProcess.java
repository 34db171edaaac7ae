package io.enim.systemtests.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.examples.agent.AgentCli;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The agent, a process that may end and start again, with the fake cloud's veth devices. */
final class AgentProcess implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NODE = "e2e";

    private final Path directory;
    private final int enis;
    private final Map<String, String> settings;
    private final NetworkTestbed stage = NetworkTestbed.open();
    private Process process;

    /**
     * Starts it; all its ENIs are ready when this returns.
     *
     * @param enis how many it has, always
     * @param more settings beside those that every test needs
     */
    AgentProcess(Path directory, int enis, Map<String, String> more) throws Exception {
        this.directory = directory;
        this.enis = enis;
        this.settings = new HashMap<>(Map.ofEntries(
                Map.entry("agent.socket", socket()),
                Map.entry("enim.node", NODE),
                Map.entry("enim.provider", "fake"),
                Map.entry("enim.devices", "linux"),
                Map.entry("enim.run-dir", directory.resolve("enim-run").toString()),
                Map.entry("enim.state-dir", directory.resolve("enim-state").toString()),
                Map.entry("enim.pool.min", Integer.toString(enis)),
                Map.entry("enim.pool.max", Integer.toString(enis)),
                Map.entry("enim.pool.cooldown", "200ms"),
                Map.entry("enim.pool.rate", "100"),
                Map.entry("enim.gc.interval", "1s"),
                Map.entry("enim.gc.age", "2s"),
                Map.entry("enim.provider.fake.plug", "veth"),
                Map.entry("enim.provider.fake.max-enis", Integer.toString(enis)),
                Map.entry(
                        "enim.provider.fake.state-file",
                        directory.resolve("cloud").toString())));
        settings.putAll(more);
        process = serve();
        try {
            awaitAllReady();
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    private Process serve() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx192m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AgentCli.class.getName(),
                "serve"));
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        return HostPrograms.start(command, log());
    }

    String socket() {
        return directory.resolve("agent.sock").toString();
    }

    private Path log() {
        return directory.resolve("agent.log");
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, as an upgrade does; returns when it has ended. */
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    /** Starts it again; it answers when this returns. */
    void restart() throws IOException {
        process = serve();
        HostPrograms.await(
                log(),
                () -> await("the agent answers")
                        .atMost(PATIENCE)
                        .ignoreExceptions()
                        .until(() -> !enis().isEmpty()));
    }

    List<Map<?, ?>> enis() throws IOException {
        return rows("enis");
    }

    int ready() throws IOException {
        return (int)
                enis().stream().filter(eni -> "READY".equals(eni.get("state"))).count();
    }

    /** Whether the container holds an ENI. */
    boolean assigned(String container) throws IOException {
        return assignments(container).findFirst().isPresent();
    }

    List<Map<?, ?>> assignments() throws IOException {
        return rows("assignments");
    }

    private Stream<Map<?, ?>> assignments(String container) throws IOException {
        return assignments().stream().filter(each -> ((Map<?, ?>) each.get("endpoint")).containsValue(container));
    }

    /** The network namespace that holds the container's ENI. */
    String netns(String container) throws IOException {
        return assignments(container)
                .map(each -> String.valueOf(each.get("netns")))
                .findFirst()
                .orElseThrow(() -> new AssertionError(container + " holds no ENI"));
    }

    /** Runs a command of the agent's command line; what it printed. */
    String ask(String... command) throws IOException {
        StringWriter out = new StringWriter();
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of("--socket", socket()));
        int status = AgentCli.run(new PrintWriter(out), words.toArray(String[]::new));
        if (status != 0) {
            throw new IOException(words + " exited with " + status + ": " + out);
        }
        return out.toString();
    }

    private List<Map<?, ?>> rows(String command) throws IOException {
        List<Map<?, ?>> rows = new ArrayList<>();
        JSON.std.listFrom(ask(command, "--json")).forEach(row -> rows.add((Map<?, ?>) row));
        return rows;
    }

    /** The lines of its log in which this is found. */
    List<String> logged(String regex) throws IOException {
        Pattern pattern = Pattern.compile(regex);
        try (Stream<String> lines = Files.lines(log())) {
            return lines.filter(line -> pattern.matcher(line).find()).toList();
        }
    }

    /** How many calls of this command the agent answered with this code since it was started. */
    int answered(String command, int code) throws IOException {
        Pattern sample = Pattern.compile(
                "enim_cni_call_seconds_count\\{code=\"" + code + "\",command=\"" + command + "\"} (\\d+)");
        return sample.matcher(ask("metrics"))
                .results()
                .mapToInt(match -> Integer.parseInt(match.group(1)))
                .sum();
    }

    /** The common check: every ENI ready, every device on the host, nothing assigned. */
    void awaitAllReady() {
        HostPrograms.await(
                log(),
                () -> await("all ENIs ready and on the host, nothing assigned")
                        .atMost(PATIENCE)
                        .ignoreExceptions()
                        .until(() -> enis().size() == enis
                                && ready() == enis
                                && assignments().isEmpty()
                                && host().containsAll(enis().stream()
                                        .map(eni -> String.valueOf(eni.get("mac")))
                                        .collect(Collectors.toSet()))));
    }

    private Set<String> host() {
        try (TestbedNamespace host = stage.host()) {
            return host.devices().stream()
                    .map(device -> device.identity().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Ends it, and with the fake cloud's network all its devices. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        String vpc = "vpc-default-" + NODE;
        if (stage.names().contains(vpc)) {
            stage.delete(vpc);
        }
        stage.close();
    }
}
