package io.enim.systemtests.e2e;

import static java.util.Map.entry;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.MacAddress;
import io.enim.examples.agent.AgentCli;
import io.enim.examples.agent.api.AssignmentView;
import io.enim.examples.agent.api.EniView;
import io.enim.examples.demo.VethEnvironment;
import io.enim.netlink.testbed.NetworkTestbed;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The agent, a process that may end and start again, with the fake cloud's veth devices. */
public final class AgentProcess implements AutoCloseable {
    public static final String NODE = "e2e";

    private final VethEnvironment environment;
    private final Map<String, String> settings;
    private final Path log;
    private final int enis;

    /**
     * Starts it; all its ENIs are ready when this returns.
     *
     * @param enis how many it has, always
     * @param more settings beside those that every test needs; an empty one is left to its default
     */
    public AgentProcess(Path directory, int enis, Map<String, String> more) {
        this.environment = new VethEnvironment(directory);
        this.log = directory.resolve("agent.log");
        this.enis = enis;
        this.settings = settings("fake", directory);
        settings.put("enim.pool.min", Integer.toString(enis));
        settings.put("enim.pool.max", Integer.toString(enis));
        settings.put("enim.provider.fake.plug", "veth");
        settings.put("enim.provider.fake.max-enis", Integer.toString(enis));
        settings.put("enim.provider.fake.state-file", directory.resolve("cloud").toString());
        settings.putAll(more);
        settings.values().removeIf(String::isEmpty);
        environment.startAgent(settings, Map.of());
        try {
            awaitAllReady();
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    /** What every agent under test is told; a map to add to. */
    public static Map<String, String> settings(String provider, Path directory) {
        return new HashMap<>(Map.ofEntries(
                entry("agent.socket", directory + "/agent.sock"),
                entry("enim.node", NODE),
                entry("enim.provider", provider),
                entry("enim.devices", "linux"),
                entry("enim.run-dir", directory + "/enim-run"),
                entry("enim.state-dir", directory + "/enim-state"),
                entry("enim.pool.cooldown", "200ms"),
                entry("enim.pool.rate", "100"),
                entry("enim.gc.interval", "1s"),
                entry("enim.gc.age", "2s")));
    }

    public String socket() {
        return settings.get("agent.socket");
    }

    /** SIGKILL. */
    public void kill() {
        environment.killAgent();
    }

    /** SIGTERM, as an upgrade does; returns when it has ended. */
    public void stop() {
        environment.stopAgent();
    }

    /** Starts it again; it answers when this returns. */
    public void restart() {
        environment.startAgent(settings, Map.of());
        HostPrograms.await("the agent answers", log, () -> !enis().isEmpty());
    }

    public List<EniView> enis() throws IOException {
        return JSON.std.listOfFrom(EniView.class, ask("enis", "--json"));
    }

    /** Whether the ENI's device is on the host. */
    public boolean isHome(EniView eni) {
        return environment.isOnHost(MacAddress.parse(eni.mac()));
    }

    /** The ids of the ENIs that the cloud has, by what it keeps itself. */
    public Set<String> cloudEnis() throws IOException {
        Properties cloud = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(settings.get("enim.provider.fake.state-file")))) {
            cloud.load(reader);
        }
        return cloud.stringPropertyNames().stream()
                .filter(key -> key.endsWith("/mac"))
                .map(key -> key.substring(0, key.indexOf('/')))
                .collect(Collectors.toSet());
    }

    public int ready() throws IOException {
        return (int) enis().stream().filter(eni -> eni.state().equals("READY")).count();
    }

    public List<AssignmentView> assignments() throws IOException {
        return JSON.std.listOfFrom(AssignmentView.class, ask("assignments", "--json"));
    }

    private Optional<AssignmentView> assignment(String container) throws IOException {
        return assignments().stream()
                .filter(each -> each.endpoint().containsValue(container))
                .findFirst();
    }

    /** Whether the container holds an ENI. */
    public boolean assigned(String container) throws IOException {
        return assignment(container).isPresent();
    }

    /** The network namespace that holds the container's ENI. */
    public String netns(String container) throws IOException {
        return assignment(container)
                .map(AssignmentView::netns)
                .orElseThrow(() -> new AssertionError(container + " holds no ENI"));
    }

    /** Runs a command of the agent's command line; what it printed. */
    public String ask(String... command) throws IOException {
        StringWriter out = new StringWriter();
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of("--socket", socket()));
        int status = AgentCli.run(new PrintWriter(out), words.toArray(String[]::new));
        if (status != 0) {
            throw new IOException(words + " exited with " + status + ": " + out);
        }
        return out.toString();
    }

    /** The lines of its log in which this is found. */
    public List<String> logged(String regex) {
        return environment
                .log()
                .lines()
                .filter(Pattern.compile(regex).asPredicate())
                .toList();
    }

    /** How many calls of this command the agent answered with this code since it was started. */
    public int answered(String command, int code) throws IOException {
        Pattern sample = Pattern.compile(
                "enim_cni_call_seconds_count\\{code=\"" + code + "\",command=\"" + command + "\"} (\\d+)");
        return sample.matcher(ask("metrics"))
                .results()
                .mapToInt(match -> Integer.parseInt(match.group(1)))
                .sum();
    }

    /**
     * How many ADDs ended because their plugin did: the agent learns that at once from the C program, and from the DEL that
     * follows where the plugin is the script.
     */
    int abandonedAdds() throws IOException {
        return answered("ADD", 11) + answered("ADD", 102);
    }

    /** The common check: every ENI ready, every device on the host, nothing assigned. */
    public void awaitAllReady() {
        HostPrograms.await(
                "all ENIs ready and on the host, nothing assigned",
                log,
                () -> enis().size() == enis
                        && ready() == enis
                        && assignments().isEmpty()
                        && enis().stream().allMatch(eni -> environment.isOnHost(MacAddress.parse(eni.mac()))));
    }

    /** Ends it, and with the fake cloud's network all its devices. */
    @Override
    public void close() {
        environment.close();
        try (NetworkTestbed testbed = NetworkTestbed.open()) {
            testbed.names().stream().filter(("vpc-default-" + NODE)::equals).forEach(testbed::delete);
        }
    }
}
