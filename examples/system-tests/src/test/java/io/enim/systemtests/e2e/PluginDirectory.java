package io.enim.systemtests.e2e;

import io.enim.systemtests.e2e.HostPrograms.ProgramResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** A directory of CNI plugins: ours, told of the agent's socket, and Debian's. */
final class PluginDirectory {
    private static final Path DEBIAN = Path.of("/usr/lib/cni");
    private static final List<String> OTHERS =
            List.of("loopback", "tuning", "portmap", "host-device", "static", "bridge", "host-local");
    /** Seconds that ours waits for the agent. */
    private static final int TIMEOUT = 20;

    final Path directory;

    PluginDirectory(Path directory, String socket) throws Exception {
        this.directory = Files.createDirectories(directory);
        PluginBuild.into(directory);
        Files.writeString(directory.resolve("enim.conf"), "socket=" + socket + "\ntimeout=" + TIMEOUT + "\n");
        for (String plugin : OTHERS) {
            Files.copy(DEBIAN.resolve(plugin), directory.resolve(plugin), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /** Calls our plugin for one container, as a runtime does. */
    ProgramResult call(String command, String container, String netns, String config) throws Exception {
        Map<String, String> environment =
                Map.of("CNI_COMMAND", command, "CNI_CONTAINERID", container, "CNI_NETNS", netns, "CNI_IFNAME", "eth0");
        return call(environment, config);
    }

    /** Calls our plugin for the whole node: GC or STATUS. */
    ProgramResult callForNode(String command, String config) throws Exception {
        return call(Map.of("CNI_COMMAND", command), config);
    }

    private ProgramResult call(Map<String, String> environment, String config) throws Exception {
        ProcessBuilder builder = HostPrograms.builder(List.of(directory + "/enim"));
        builder.environment().putAll(environment);
        builder.environment().put("CNI_PATH", directory.toString());
        return HostPrograms.end(builder, config);
    }
}
