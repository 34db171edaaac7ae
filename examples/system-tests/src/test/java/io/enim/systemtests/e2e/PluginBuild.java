package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Builds the CNI plugin: a C program, or a script where there is no C compiler. */
public final class PluginBuild {
    private static final Path BUILD =
            Path.of(System.getProperty("enim.root", "../..")).resolve("examples/agent/cni/build");

    private PluginBuild() {}

    /** The plugin's file in this directory. Leaves the test out, with the reason, where neither form can run. */
    public static Path into(Path directory) throws IOException, InterruptedException {
        assumeThat(System.getenv("PATH").split(":"))
                .as("directories with cc or curl, of which the CNI plugin needs one")
                .anyMatch(each -> Files.isExecutable(Path.of(each, "cc")) || Files.isExecutable(Path.of(each, "curl")));
        HostPrograms.run(BUILD.toString(), directory.toString()).successful();
        return directory.resolve("enim");
    }
}
