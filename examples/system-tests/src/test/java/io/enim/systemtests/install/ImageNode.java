package io.enim.systemtests.install;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.enim.systemtests.containerd.ContainerSpec;
import io.enim.systemtests.containerd.Containerd;
import io.enim.systemtests.containerd.CriContainerClient;
import io.enim.systemtests.containerd.CriContainerClient.HostPod;
import io.enim.systemtests.containerd.CriSandboxClient;
import io.enim.systemtests.e2e.AgentProcess;
import io.enim.systemtests.e2e.HostPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A node whose agent is a pod of the DaemonSet, from the image that the build made, under the containerd that it serves. The
 * ENIs are those of an agent that ran before it without a container: the cloud's network has to outlive the pods.
 */
public final class ImageNode implements AutoCloseable {
    public static final String LATEST = "localhost/enim-agent:latest";
    private static final Path IMAGES = Manifest.PROJECT.resolve("examples/agent/target/package");
    private static final Path RUN = Path.of("/run/enim");
    /** What the cloud keeps, where an agent in a container and one without find it. */
    private static final Path CLOUD = RUN.resolve("cloud/state");

    private final Path directory;
    private final Path settings;
    private final Path logs;
    /** The commands of its command line reach whichever agent serves the socket. */
    public final AgentProcess agent;

    public final Containerd containerd;
    final CriSandboxClient cri;
    private final CriContainerClient containers;
    private HostPod pod = new HostPod("", "", Path.of(""));
    private String container = "";

    /** Starts all but the agent's pod. */
    public ImageNode(Path directory, int enis) throws Exception {
        this.directory = directory;
        this.settings = Files.createDirectories(directory.resolve("settings"));
        this.logs = Files.createDirectories(directory.resolve("logs"));
        Path image = image();
        // What a runtime mounts in /run reaches containers that ask for it.
        HostPrograms.run("mount", "--make-rshared", "/run").successful();
        Files.createDirectories(CLOUD.getParent());
        this.agent = new AgentProcess(
                directory,
                enis,
                Map.of(
                        "agent.socket", RUN + "/agent.sock",
                        "enim.run-dir", RUN.toString(),
                        "enim.state-dir", directory.resolve("var/lib/enim").toString(),
                        "enim.provider.fake.state-file", CLOUD.toString()));
        try {
            agent.stop();
            Path plugins = Files.createDirectories(directory.resolve("bin"));
            Files.copy(Path.of("/usr/lib/cni/loopback"), plugins.resolve("loopback"));
            // The agent's own file comes before this one.
            this.containerd = new Containerd(directory, "pods", "{\"type\":\"none\"}");
        } catch (Exception | AssertionError e) {
            agent.close();
            throw e;
        }
        this.cri = containerd.cri();
        this.containers = containerd.containers();
        containerd.images("import", "--snapshotter", "native", image.toString());
        containerd.images("tag", nameOf(image), LATEST);
        writeSettings(enis);
    }

    /** What the build made; leaves the test out where it was not run. */
    static Path image() throws IOException {
        assumeTrue(
                Files.isDirectory(IMAGES),
                "left out: " + IMAGES + " is missing; mvn -P package -DskipTests package makes the image");
        try (Stream<Path> files = Files.list(IMAGES)) {
            return files.filter(file -> file.toString().endsWith("image.tar"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no image in " + IMAGES));
        }
    }

    /** The name that the image has in its index. */
    private static String nameOf(Path image) throws Exception {
        String index = HostPrograms.run("tar", "-xOf", image.toString(), "./index.json")
                .successful();
        Matcher name =
                Pattern.compile("\"io.containerd.image.name\":\"([^\"]+)\"").matcher(index);
        assertThat(name.find()).as(index).isTrue();
        return name.group(1);
    }

    /** The deployment's own settings, but for the cloud and for times that a test waits for. */
    private void writeSettings(int enis) throws IOException {
        Properties all = new Properties();
        try (var reader = Files.newBufferedReader(Manifest.DIRECTORY.resolve("agent.properties"))) {
            all.load(reader);
        }
        all.putAll(Map.ofEntries(
                entry("enim.provider", "fake"),
                entry("enim.provider.fake.plug", "veth"),
                entry("enim.provider.fake.max-enis", Integer.toString(enis)),
                entry("enim.provider.fake.state-file", CLOUD.toString()),
                entry("enim.pool.min", Integer.toString(enis)),
                entry("enim.pool.max", Integer.toString(enis)),
                entry("enim.pool.cooldown", "200ms"),
                entry("enim.pool.rate", "100"),
                entry("enim.gc.interval", "1s"),
                entry("enim.gc.age", "2s")));
        try (var writer = Files.newBufferedWriter(settings.resolve("agent.properties"))) {
            all.store(writer, null);
        }
        Files.copy(Manifest.DIRECTORY.resolve("enim.conf"), settings.resolve("enim.conf"));
    }

    /** The manifest's containers on this node: what is the node's own is in a directory, but for what ends with the test. */
    private DaemonSetPod manifest() {
        return new DaemonSetPod(this::onThisMachine, settings, AgentProcess.NODE);
    }

    private Path onThisMachine(Path onNode) {
        return switch (onNode.toString()) {
            case "/opt/cni/bin" -> directory.resolve("bin");
            case "/etc/cni/net.d" -> directory.resolve("net.d");
            case "/var/lib/enim" -> directory.resolve("var/lib/enim");
            case "/run/enim", "/run/netns", "/run/udev", "/proc/sys/net" -> onNode;
            default -> throw new AssertionError("which directory is the node's " + onNode + "?");
        };
    }

    /**
     * The manifests as objects for an API server: ServiceAccount, ConfigMap and DaemonSet, with an image, with this node's settings
     * and the directories of this machine that stand for the node's.
     */
    public List<Map<String, Object>> objects(String image) throws IOException {
        Manifest set = Manifest.read("daemonset.yaml");
        Manifest pod = set.at("spec.template.spec");
        for (String kind : List.of("initContainers", "containers")) {
            pod.list(kind).forEach(each -> each.fields().put("image", image));
        }
        for (Manifest volume : pod.list("volumes")) {
            if (volume.has("hostPath")) {
                Path onNode = Path.of(volume.at("hostPath").text("path"));
                volume.at("hostPath").fields().put("path", onThisMachine(onNode).toString());
            }
        }
        Map<String, Object> data = new LinkedHashMap<>();
        for (String file : List.of("agent.properties", "enim.conf")) {
            data.put(file, Files.readString(settings.resolve(file)));
        }
        Map<String, Object> metadata = Map.of("name", "enim-agent", "namespace", "kube-system");
        return List.of(
                Manifest.read("serviceaccount.yaml").fields(),
                Map.of("apiVersion", "v1", "kind", "ConfigMap", "metadata", metadata, "data", data),
                set.fields());
    }

    ContainerSpec agentContainer(String image) throws IOException {
        return manifest().container("containers", "agent", image);
    }

    ContainerSpec pluginContainer(String image) throws IOException {
        return manifest().container("initContainers", "plugin", image);
    }

    /** Starts the pod as a kubelet does: the init container, then the agent. The agent may not serve yet when this returns. */
    void startPod(String image) throws IOException {
        for (Path each : List.of(RUN, Path.of("/run/udev"), directory.resolve("var/lib/enim"))) {
            Files.createDirectories(each);
        }
        pod = containers.runPod("enim-agent", logs);
        String plugin = containers.start(pod, pluginContainer(image));
        HostPrograms.await("the init container ends", log("plugin"), () -> !containers.runs(plugin));
        assertThat(containers.exitCode(plugin)).as(logged("plugin")).isZero();
        startAgent(image);
    }

    private void startAgent(String image) throws IOException {
        container = containers.start(pod, agentContainer(image));
    }

    /** SIGKILL of the agent; a kubelet then starts another container in the pod. */
    void killAgent() {
        containers.stop(container, 0);
        containers.remove(container);
    }

    void restartAgent(String image) throws IOException {
        startAgent(image);
        awaitAgent();
    }

    /** As a DaemonSet replaces a pod: the old one has ended before the new one is made. */
    void replacePod(String image) throws IOException {
        stopPod();
        startPod(image);
        awaitAgent();
    }

    void stopPod() throws IOException {
        int patience = (Integer) DaemonSetPod.template().fields().get("terminationGracePeriodSeconds");
        containers.stop(container, patience);
        containers.remove(pod);
        pod = new HostPod("", "", Path.of(""));
    }

    /** Ends all sandboxes but those of the system's own namespace. */
    void removePods() {
        for (String sandbox : cri.list(namespace -> !namespace.equals(CriContainerClient.NAMESPACE))) {
            cri.stop(sandbox);
            cri.remove(sandbox);
        }
    }

    void awaitAgent() {
        HostPrograms.await(
                "the agent answers", log("agent"), () -> !agent.enis().isEmpty());
    }

    /** Runs a container beside the agent's pod until a line of its log has all of this, or it ends; its log. */
    String runUntil(ContainerSpec spec, String... words) throws IOException {
        HostPod alone = containers.runPod(spec.name() + "-alone", logs.resolve("alone"));
        Path log = logs.resolve("alone").resolve(spec.name() + ".log");
        Files.deleteIfExists(log);
        try {
            String started = containers.start(alone, spec);
            HostPrograms.await(
                    "a line with " + List.of(words) + ", or the end",
                    log,
                    () -> !containers.runs(started)
                            || Files.readAllLines(log).stream()
                                    .anyMatch(line -> Stream.of(words).allMatch(line::contains)));
            containers.stop(started, 10);
            return Files.readString(log);
        } finally {
            containers.remove(alone);
        }
    }

    Path log(String name) {
        return logs.resolve(name + ".log");
    }

    String logged(String name) throws IOException {
        return Files.readString(log(name));
    }

    @Override
    public void close() throws IOException {
        try (agent) {
            // The agent's pod last: the others' DELs need it.
            removePods();
            containerd.removeAll();
            containerd.close();
        }
    }
}
