package io.enim.examples.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.examples.agent.EnimAgent;
import io.enim.netlink.NetworkNamespace;
import io.enim.netlink.NetworkStage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A node: containerd and the agent, each a process, with the fake cloud's veth devices. */
final class Node implements AutoCloseable {
    static final int ENIS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final Path project;
    private Process containerd;
    private Process agent;
    private final NetworkStage stage = NetworkStage.open();
    final Cri cri;

    /** Starts both; ready for pods when this returns. */
    Node(Path directory) throws Exception {
        this.directory = directory;
        this.project = Path.of(System.getProperty("enim.root"), "examples");
        agent = serve();
        containerd = containerd(configuration());
        cri = new Cri(directory.resolve("containerd.sock"));
        awaitContainerd();
        Path image = directory.resolve("pause.tar");
        execute(project.resolve("e2e/pause-image").toString(), image.toString());
        execute("ctr", "-a", directory + "/containerd.sock", "-n", "k8s.io", "images", "import", image.toString());
        awaitAllReady();
    }

    private void awaitContainerd() {
        await("containerd serves the CRI")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> !cri.version().isEmpty());
    }

    private Process containerd(Path configuration) throws IOException {
        return start("containerd", List.of("containerd", "--config", configuration.toString()));
    }

    private Path configuration() throws IOException {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Files.copy(project.resolve("agent/cni/enim"), bin.resolve("enim"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(bin.resolve("enim.conf"), "socket=" + socket() + "\ntimeout=20\n");
        Files.createSymbolicLink(bin.resolve("loopback"), Path.of("/usr/lib/cni/loopback"));
        Path networks = Files.createDirectories(directory.resolve("net.d"));
        Files.copy(project.resolve("agent/cni/10-enim.conflist"), networks.resolve("10-enim.conflist"));
        Path toml = directory.resolve("containerd.toml");
        try (var template = Node.class.getResourceAsStream("/containerd.toml")) {
            String text = new String(template.readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(toml, text.replace("@DIRECTORY@", directory.toString()));
        }
        return toml;
    }

    private Process serve() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx192m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                EnimAgent.class.getName(),
                "serve"));
        Map<String, String> settings = Map.ofEntries(
                Map.entry("agent.socket", socket()),
                Map.entry("enim.node", "e2e"),
                Map.entry("enim.provider", "fake"),
                Map.entry("enim.devices", "linux"),
                Map.entry("enim.run-dir", directory.resolve("enim-run").toString()),
                Map.entry("enim.state-dir", directory.resolve("enim-state").toString()),
                Map.entry("enim.pool.min", Integer.toString(ENIS)),
                Map.entry("enim.pool.max", Integer.toString(ENIS)),
                Map.entry("enim.pool.cooldown", "200ms"),
                Map.entry("enim.pool.rate", "100"),
                Map.entry("enim.gc.interval", "1s"),
                Map.entry("enim.gc.age", "2s"),
                Map.entry("enim.provider.fake.plug", "veth"),
                Map.entry(
                        "enim.provider.fake.state-file",
                        directory.resolve("cloud").toString()));
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        return start("agent", command);
    }

    private Process start(String name, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(key -> key.startsWith("ENIM_"));
        return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(name + ".log").toFile()))
                .start();
    }

    void killAgent() throws InterruptedException {
        agent.destroyForcibly().waitFor();
    }

    /** Starts the agent again; it answers when this returns. */
    void restartAgent() throws IOException {
        agent = serve();
        await("the agent answers").atMost(PATIENCE).ignoreExceptions().until(() -> !enis().isEmpty());
    }

    /** Kills containerd; the sandboxes and their shims go on. */
    void killContainerd() throws InterruptedException {
        containerd.destroyForcibly().waitFor();
    }

    /** Starts containerd again; it answers when this returns. */
    void restartContainerd() throws IOException {
        containerd = containerd(directory.resolve("containerd.toml"));
        awaitContainerd();
    }

    private String socket() {
        return directory.resolve("agent.sock").toString();
    }

    /** Whether an echo from one sandbox reaches an address. */
    boolean reaches(String sandbox, String address) throws Exception {
        return new ProcessBuilder(
                                "nsenter", "--net=" + netns(sandbox), "busybox", "ping", "-c", "1", "-W", "5", address)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    /** Kills what runs in the sandbox: the process whose network namespace it is. */
    void killPause(String sandbox) throws IOException {
        Object wanted = Files.getAttribute(Path.of(netns(sandbox)), "unix:ino");
        ProcessHandle pause = ProcessHandle.allProcesses()
                .filter(process -> wanted.equals(namespace(process)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no process in " + sandbox));
        pause.destroyForcibly();
    }

    private static Object namespace(ProcessHandle process) {
        try {
            return Files.getAttribute(Path.of("/proc/" + process.pid() + "/ns/net"), "unix:ino");
        } catch (IOException e) {
            return "it has ended: " + e;
        }
    }

    /** Whether the sandbox holds an ENI. */
    boolean assigned(String sandbox) throws IOException {
        return assignments(sandbox).findFirst().isPresent();
    }

    private Stream<Map<?, ?>> assignments(String sandbox) throws IOException {
        return view("assignments").stream().filter(each -> ((Map<?, ?>) each.get("endpoint")).containsValue(sandbox));
    }

    private String netns(String sandbox) throws IOException {
        return assignments(sandbox)
                .map(each -> String.valueOf(each.get("netns")))
                .findFirst()
                .orElseThrow(() -> new AssertionError(sandbox + " holds no ENI"));
    }

    /** The common check: every ENI ready, every device home, nothing assigned. */
    void awaitAllReady() throws Exception {
        await("all ENIs ready and home\n" + Files.readString(directory.resolve("agent.log")))
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> enis().size() == ENIS
                        && enis().stream().allMatch(eni -> "READY".equals(eni.get("state")))
                        && view("assignments").isEmpty()
                        && home().containsAll(enis().stream()
                                .map(eni -> String.valueOf(eni.get("mac")))
                                .collect(Collectors.toSet())));
    }

    private Set<String> home() {
        try (NetworkNamespace home = stage.home()) {
            return home.devices().stream()
                    .map(device -> device.identity().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    List<Map<?, ?>> enis() throws IOException {
        return view("enis");
    }

    private List<Map<?, ?>> view(String command) throws IOException {
        StringWriter out = new StringWriter();
        int status = EnimAgent.run(new PrintWriter(out), command, "--json", "--socket", socket());
        if (status != 0) {
            throw new IOException(command + " exited with " + status + ": " + out);
        }
        List<Map<?, ?>> rows = new ArrayList<>();
        JSON.std.listFrom(out.toString()).forEach(row -> rows.add((Map<?, ?>) row));
        return rows;
    }

    private static void execute(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(Arrays.toString(command) + " failed: " + output);
        }
    }

    /** They outlive the private namespaces. One that is not empty is a sandbox that is left, and an error. */
    private static void removeControlGroups() throws IOException {
        try (DirectoryStream<Path> controllers = Files.newDirectoryStream(Path.of("/sys/fs/cgroup"))) {
            for (Path controller : controllers) {
                Files.deleteIfExists(controller.resolve(Cri.CGROUP));
            }
        }
    }

    @Override
    public void close() throws IOException {
        cri.close();
        containerd.destroyForcibly().onExit().join();
        agent.destroyForcibly().onExit().join();
        stage.close();
        removeControlGroups();
    }
}
