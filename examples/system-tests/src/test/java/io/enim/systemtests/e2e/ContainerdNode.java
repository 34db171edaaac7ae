package io.enim.systemtests.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A node: containerd and the agent, each a process of its own. */
final class ContainerdNode implements AutoCloseable {
    private final Path directory;
    final AgentProcess agent;
    final PluginDirectory plugins;
    private Process containerd;
    final CriSandboxClient cri;

    /**
     * Starts both, with {@code enis} ENIs; ready for pods when this returns.
     *
     * @param settings of the agent, beside those that every test needs
     */
    ContainerdNode(Path directory, int enis, Map<String, String> settings) throws Exception {
        this.directory = directory;
        removeStaleControlGroups();
        this.agent = new AgentProcess(directory, enis, settings);
        try {
            this.plugins = new PluginDirectory(directory.resolve("bin"), agent.socket());
            network("enim", "{\"type\":\"enim\",\"capabilities\":{\"io.kubernetes.cri.pod-annotations\":true}}");
            this.containerd = containerd("");
            this.cri = new CriSandboxClient(directory.resolve("containerd.sock"));
            awaitContainerd();
            String maker = System.getProperty("enim.root") + "/examples/system-tests/e2e/pause-image";
            HostPrograms.run(maker, image()).successful();
            importImage();
        } catch (Exception | AssertionError e) {
            agent.close();
            if (containerd != null) {
                containerd.destroyForcibly();
            }
            throw e;
        }
    }

    private String image() {
        return directory.resolve("pause.tar").toString();
    }

    private void importImage() throws Exception {
        HostPrograms.run("ctr", "-a", directory + "/containerd.sock", "-n", "k8s.io", "images", "import", image())
                .successful();
    }

    /** Makes a chain of plugins the one network of the pods; containerd watches the directory. */
    private void network(String name, String... plugins) throws IOException {
        Path networks = Files.createDirectories(directory.resolve("net.d"));
        Path ready = Files.writeString(
                directory.resolve("conflist"),
                "{\"cniVersion\":\"1.0.0\",\"name\":\"" + name + "\",\"plugins\":[" + String.join(",", plugins) + "]}");
        Files.move(
                ready,
                networks.resolve("10-pods.conflist"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        // containerd passes over files that appear and reads all of them when one goes.
        Files.delete(Files.createFile(networks.resolve("reload")));
    }

    /** Gives the pods that come another network; containerd has read it when this returns. */
    void useNetwork(String name, String... plugins) throws IOException {
        network(name, plugins);
        await("containerd reads the network " + name)
                .atMost(HostPrograms.PATIENCE)
                .until(() -> cri.networks().contains("\"" + name + "\""));
    }

    /** @param life what its state belongs to; another life knows nothing of this one */
    private Process containerd(String life) throws IOException {
        Path toml = directory.resolve("containerd" + life + ".toml");
        try (var template = ContainerdNode.class.getResourceAsStream("/containerd.toml")) {
            String text = new String(template.readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(
                    toml, text.replace("@DIRECTORY@", directory.toString()).replace("@LIFE@", life));
        }
        return HostPrograms.start(log(), "containerd", "--config", toml.toString());
    }

    private void awaitContainerd() {
        HostPrograms.await(
                "containerd serves the CRI", log(), () -> !cri.version().isEmpty() && cri.networkIsReady());
    }

    private Path log() {
        return directory.resolve("containerd.log");
    }

    /** Kills containerd; the sandboxes and their shims go on. */
    void killContainerd() throws InterruptedException {
        containerd.destroyForcibly().waitFor();
    }

    /** Starts containerd again; it answers when this returns. */
    void restartContainerd() throws Exception {
        restartContainerd("");
    }

    /** Starts containerd with the state of another life; of the sandboxes of this one it knows nothing. */
    void restartContainerd(String life) throws Exception {
        containerd = containerd(life);
        awaitContainerd();
        importImage();
    }

    /** Whether an echo from one sandbox reaches an address. */
    boolean reaches(String sandbox, String address) throws Exception {
        return PingStream.reaches(agent.netns(sandbox), address);
    }

    /** Kills what runs in the sandbox: the process whose network namespace it is. */
    void killPause(String sandbox) throws IOException {
        Object wanted = Files.getAttribute(Path.of(agent.netns(sandbox)), "unix:ino");
        ProcessHandle.allProcesses()
                .filter(process -> wanted.equals(namespace(process)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no process in " + sandbox))
                .destroyForcibly();
    }

    private static Object namespace(ProcessHandle process) {
        try {
            return Files.getAttribute(Path.of("/proc/" + process.pid() + "/ns/net"), "unix:ino");
        } catch (IOException e) {
            return "it has ended: " + e;
        }
    }

    /** The container of an ADD that our plugin is at now, if there is one. */
    Optional<String> addUnderWay() {
        return ProcessHandle.allProcesses().flatMap(ContainerdNode::container).findFirst();
    }

    private static Stream<String> container(ProcessHandle process) {
        try {
            String text = Files.readString(Path.of("/proc/" + process.pid() + "/environ"), StandardCharsets.ISO_8859_1);
            List<String> variables = List.of(text.split("\0"));
            return variables.contains("CNI_COMMAND=ADD")
                    ? variables.stream()
                            .filter(variable -> variable.startsWith("CNI_CONTAINERID="))
                            .map(variable -> variable.substring("CNI_CONTAINERID=".length()))
                    : Stream.empty();
        } catch (IOException e) {
            return Stream.empty(); // It has ended, or is not ours to look at.
        }
    }

    /** Stops and removes every sandbox, whatever its state. */
    void removeAll() {
        for (String sandbox : cri.list()) {
            cri.stop(sandbox);
            cri.remove(sandbox);
        }
    }

    /** They outlive the private namespaces. One that is not empty is a sandbox that is left, and an error. */
    private static void removeControlGroups() throws IOException {
        for (Path group : controlGroups()) {
            Files.delete(group);
        }
    }

    /** Those of a run that was killed, with those of its sandboxes, in which nothing runs any more. */
    private static void removeStaleControlGroups() throws IOException {
        for (Path group : controlGroups()) {
            try (DirectoryStream<Path> sandboxes = Files.newDirectoryStream(group, Files::isDirectory)) {
                for (Path sandbox : sandboxes) {
                    Files.delete(sandbox);
                }
            }
        }
        removeControlGroups();
    }

    private static List<Path> controlGroups() throws IOException {
        try (Stream<Path> controllers = Files.list(Path.of("/sys/fs/cgroup"))) {
            Stream<Path> groups = controllers.map(controller -> controller.resolve(CriSandboxClient.CGROUP));
            return groups.filter(Files::isDirectory).toList();
        }
    }

    @Override
    public void close() throws IOException {
        cri.close();
        containerd.destroyForcibly().onExit().join();
        agent.close();
        removeControlGroups();
    }
}
