package io.enim.systemtests.e2e;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.systemtests.e2e.HostPrograms.ProgramResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The reference library, in a program of its own that {@link #build} compiles, and one network for it to call. */
final class LibcniRunner {
    private final Path program;
    private final Path plugins;
    private final Path directory;

    private LibcniRunner(Path program, Path plugins, Path directory) {
        this.program = program;
        this.plugins = plugins;
        this.directory = directory;
    }

    /** An answer of the library; the code is 0 for success, the plugin's own, or -1. */
    record LibcniResult(int code, String message, String details, String output) {
        Map<String, Object> result() throws IOException {
            if (code != 0) {
                throw new AssertionError("expected success, got " + this);
            }
            return JSON.std.mapFrom(output);
        }
    }

    /** Compiles the program into a directory, against Debian's library; nothing is downloaded. */
    static LibcniRunner build(Path directory, PluginDirectory pluginDirectory) throws Exception {
        Path program = directory.resolve("libcni");
        String source = System.getProperty("enim.root") + "/examples/system-tests/e2e/libcni/main.go";
        ProcessBuilder compiler = HostPrograms.builder(List.of("go", "build", "-o", program.toString(), source));
        compiler.environment()
                .putAll(Map.of(
                        "GO111MODULE", "off",
                        "GOPATH", "/usr/share/gocode",
                        "GOCACHE", directory.resolve("go-cache").toString()));
        HostPrograms.end(compiler, "").successful();
        return new LibcniRunner(program, pluginDirectory.directory, directory);
    }

    /** A network of this version: a chain of plugins. */
    Network network(String name, String version, String... chain) throws IOException {
        Path file = Files.writeString(
                directory.resolve(name + ".conflist"),
                "{\"cniVersion\":\"" + version + "\",\"name\":\"" + name + "\",\"plugins\":[" + String.join(",", chain)
                        + "]}");
        return new Network(file, directory.resolve("cache"));
    }

    /** A network that the library calls. */
    final class Network {
        private final Path file;
        private final Path cache;

        private Network(Path file, Path cache) {
            this.file = file;
            this.cache = cache;
        }

        /** The same network for a runtime that has forgotten every result. */
        Network forgetful() throws IOException {
            return new Network(file, Files.createTempDirectory(directory, "cache"));
        }

        LibcniResult add(String container, Path netns, String... more) throws Exception {
            return call("add", container, netns.toString(), more);
        }

        LibcniResult check(String container, Path netns) throws Exception {
            return call("check", container, netns.toString());
        }

        LibcniResult del(String container, String netns, String... more) throws Exception {
            return call("del", container, netns, more);
        }

        LibcniResult validate() throws Exception {
            return call("validate", "", "");
        }

        private LibcniResult call(String operation, String container, String netns, String... more) throws Exception {
            String options = "-config " + file + " -path " + plugins + " -cache " + cache;
            List<String> command = new ArrayList<>(List.of(program.toString(), operation));
            command.addAll(List.of(options.split(" ")));
            command.addAll(List.of("-id", container, "-netns", netns));
            command.addAll(List.of(more));
            ProgramResult answer = HostPrograms.end(HostPrograms.builder(command), "");
            String output = answer.output();
            if (answer.status() == 0) {
                return new LibcniResult(0, "", "", output);
            }
            // What plugins wrote to standard error comes first.
            Map<String, Object> error = JSON.std.mapFrom(output.substring(output.lastIndexOf("{\"")));
            return new LibcniResult(
                    ((Number) error.get("code")).intValue(),
                    String.valueOf(error.get("msg")),
                    String.valueOf(error.get("details")),
                    output);
        }
    }
}
