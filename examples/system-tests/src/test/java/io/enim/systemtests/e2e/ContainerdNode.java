package io.enim.systemtests.e2e;

import io.enim.systemtests.containerd.Containerd;
import io.enim.systemtests.containerd.CriSandboxClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A node: containerd and the agent, each a process of its own. */
public final class ContainerdNode implements AutoCloseable {
    public final AgentProcess agent;
    final PluginDirectory plugins;
    public final Containerd containerd;
    final CriSandboxClient cri;

    /**
     * Starts both, with {@code enis} ENIs; ready for pods when this returns.
     *
     * @param settings of the agent, beside those that every test needs
     */
    public ContainerdNode(Path directory, int enis, Map<String, String> settings) throws Exception {
        this.agent = new AgentProcess(directory, enis, settings);
        try {
            this.plugins = new PluginDirectory(directory.resolve("bin"), agent.socket());
            this.containerd = new Containerd(
                    directory,
                    "enim",
                    "{\"type\":\"enim\",\"whenEmpty\":\"fail\",\"capabilities\":{\"io.kubernetes.cri.pod-annotations\":true}}");
        } catch (Exception | AssertionError e) {
            agent.close();
            throw e;
        }
        this.cri = containerd.cri();
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

    @Override
    public void close() throws IOException {
        try (agent) {
            containerd.close();
        }
    }
}
