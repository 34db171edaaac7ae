package io.enim.systemtests.install;

import io.enim.systemtests.e2e.HostPrograms;
import io.enim.systemtests.e2e.HostPrograms.ProgramResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Debian machine in namespaces of its own, with its systemd as the first process: a copy of the root directory that
 * {@code install/install} made. Ends with all that runs in it. Not for concurrent use, but for what it starts.
 */
final class DebianNode implements AutoCloseable {
    private static final Path MACHINE = Path.of(System.getProperty("enim.root", "../.."))
            .toAbsolutePath()
            .normalize()
            .resolve("examples/system-tests/install/machine");

    private final Path log;
    private final Process machine;
    private final long init;

    /** Boots it; its services have started when this returns. The log goes to the directory. */
    DebianNode(Path directory) throws IOException {
        log = directory.resolve("machine.log");
        // In memory, as /run is where this test runs.
        Path written = Files.createTempDirectory(Path.of("/run"), "node");
        machine = HostPrograms.start(log, MACHINE.toString(), System.getProperty("enim.programs"), written.toString());
        try {
            HostPrograms.await("systemd is the first process", log, () -> first().isPresent());
            init = first().orElseThrow().pid();
            HostPrograms.await(
                    "the machine has started",
                    log,
                    () -> run("systemctl is-system-running").output().matches("(running|degraded)\n"));
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    private Optional<ProcessHandle> first() {
        return machine.descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/systemd/systemd"))
                .findFirst();
    }

    /** Runs a command of the shell, as root who has just logged in. */
    ProgramResult run(String command) throws IOException, InterruptedException {
        return HostPrograms.run(words(command));
    }

    /** Starts a command of the shell that goes on, its output written to a file outside. */
    Process start(String command, Path output) throws IOException {
        return HostPrograms.start(output, words(command));
    }

    private String[] words(String command) {
        List<String> words = new ArrayList<>(List.of("nsenter", "--target", Long.toString(init), "--all", "--"));
        words.addAll(List.of("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8"));
        words.addAll(List.of("DEBIAN_FRONTEND=noninteractive", "sh", "-c", "cd /root && " + command));
        return words.toArray(String[]::new);
    }

    /** Where a path of the machine is seen from outside. */
    Path outside(String path) {
        return Path.of("/proc/" + init + "/root" + path);
    }

    /** Puts a file into root's home directory; its name. */
    String receive(Path file) throws IOException {
        String name = file.getFileName().toString();
        Files.copy(file, outside("/root/" + name));
        return name;
    }

    /** What a unit has written into the journal. */
    String journal(String unit) throws IOException, InterruptedException {
        return run("journalctl --no-pager --output=cat --unit=" + unit).output();
    }

    /** Ends the machine. */
    @Override
    public void close() {
        machine.destroy();
        machine.onExit().join();
    }
}
