package io.enim.systemtests.e2e;

import io.enim.systemtests.e2e.HostPrograms.ProgramResult;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** podman with a directory of its own, whose containers are on the CNI networks {@code pods} and {@code more}, both ours. */
public final class Podman implements AutoCloseable {
    private static final String CGROUP = "enim-e2e-podman";

    private final Path directory;

    /** For containers that get their ENIs from an agent. */
    public Podman(Path directory, AgentProcess agent) throws Exception {
        this.directory = directory;
        removeControlGroups();
        new PluginDirectory(directory.resolve("bin"), agent.socket());
        Path networks = Files.createDirectories(directory.resolve("net.d"));
        for (String name : List.of("pods", "more")) {
            Files.writeString(
                    networks.resolve(name + ".conflist"),
                    "{\"cniVersion\":\"0.4.0\",\"name\":\"" + name + "\",\"plugins\":[{\"type\":\"enim\"}]}");
        }
        Files.writeString(directory.resolve("containers.conf"), configuration(networks));
        Files.copy(
                Path.of("/bin/busybox"),
                Files.createDirectories(directory.resolve("rootfs/bin")).resolve("busybox"));
    }

    private String configuration(Path networks) {
        return """
                [containers]
                default_ulimits=["nofile=4096:4096","nproc=4096:4096"]
                [engine]
                cgroup_manager="cgroupfs"
                events_logger="file"
                runtime="runc"
                [network]
                network_backend="cni"
                cni_plugin_dirs=["%s"]
                network_config_dir="%s"
                """.formatted(directory.resolve("bin"), networks);
    }

    public ProgramResult podman(String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of("podman"));
        words.addAll(List.of("--root", directory + "/storage", "--runroot", directory + "/containers"));
        words.addAll(List.of("--tmpdir", directory + "/tmp", "--storage-driver", "vfs"));
        words.addAll(List.of(command));
        ProcessBuilder builder = HostPrograms.builder(words);
        builder.environment().put("CONTAINERS_CONF", directory + "/containers.conf");
        return HostPrograms.end(builder, "");
    }

    /** Runs a container that sleeps. */
    public ProgramResult run(String name, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("run", "-d", "--name", name));
        // A group of conmon could not be removed before the first process of the private namespaces ends.
        words.addAll(List.of("--cgroup-parent", CGROUP, "--cgroups", "no-conmon"));
        words.addAll(List.of(options));
        words.addAll(List.of("--rootfs", directory + "/rootfs", "/bin/busybox", "sleep", "1000"));
        return podman(words.toArray(String[]::new));
    }

    /** They outlive the private namespaces. */
    private static void removeControlGroups() throws IOException {
        try (Stream<Path> controllers = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (Path group :
                    controllers.map(controller -> controller.resolve(CGROUP)).toList()) {
                if (Files.isDirectory(group)) {
                    try (DirectoryStream<Path> inner = Files.newDirectoryStream(group, Files::isDirectory)) {
                        for (Path each : inner) {
                            Files.delete(each);
                        }
                    }
                    Files.delete(group);
                }
            }
        }
    }

    public void removeAll() throws Exception {
        podman("rm", "--all", "--force", "--time", "0").successful();
    }

    /** After every container was removed. */
    @Override
    public void close() throws IOException {
        removeControlGroups();
    }
}
