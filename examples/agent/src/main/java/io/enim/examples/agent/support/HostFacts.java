// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.support;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What this host is like, as far as this process may read it. */
final class HostFacts {
    private static final int SECONDS = 10;

    private record Program(String entry, String what, String... words) {}

    private record FileOfHost(String entry, String what, String path) {}

    private static final List<Program> PROGRAMS = List.of(
            new Program("host/links.txt", "devices", "ip", "-details", "link"),
            new Program("host/addresses.txt", "addresses", "ip", "address"),
            new Program("host/routes.txt", "IPv4 routes of all tables", "ip", "route", "show", "table", "all"),
            new Program("host/routes6.txt", "IPv6 routes of all tables", "ip", "-6", "route", "show", "table", "all"),
            new Program("host/rules.txt", "IPv4 routing rules", "ip", "rule"),
            new Program("host/rules6.txt", "IPv6 routing rules", "ip", "-6", "rule"),
            new Program("host/namespaces.txt", "network namespaces", "lsns", "-t", "net"),
            new Program(
                    "host/journal.txt",
                    "the journal of the unit enim-agent, its end",
                    "journalctl",
                    "--unit=enim-agent",
                    "--lines=2000",
                    "--no-pager"));

    private static final List<FileOfHost> FILES = List.of(
            new FileOfHost("host/kernel.txt", "the kernel", "/proc/version"),
            new FileOfHost("host/os-release.txt", "the distribution", "/etc/os-release"),
            new FileOfHost("host/mounts.txt", "mounts of this process", "/proc/self/mountinfo"),
            new FileOfHost("host/status.txt", "this process, with its capabilities", "/proc/self/status"));

    private static final List<Path> DIRECTORIES = List.of(
            Path.of("/run/netns"), Path.of("/var/run/netns"), Path.of("/etc/cni/net.d"), Path.of("/opt/cni/bin"));

    private HostFacts() {}

    static void addTo(BundleWriter bundle) throws IOException {
        for (FileOfHost file : FILES) {
            bundle.add(file.entry(), file.what(), () -> Files.readString(Path.of(file.path())));
        }
        for (Program program : PROGRAMS) {
            bundle.add(program.entry(), program.what(), () -> output(program.words()));
        }
        bundle.add(
                "host/directories.txt",
                "the files in directories of namespaces and of CNI, by name",
                () -> DIRECTORIES.stream().map(HostFacts::listing).collect(Collectors.joining()));
    }

    private static String listing(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return directory + ":\n"
                    + files.sorted()
                            .limit(1000)
                            .map(file -> "  " + file.getFileName() + "\n")
                            .collect(Collectors.joining());
        } catch (IOException e) {
            return directory + ": not read, " + e + "\n";
        }
    }

    /** What a program prints within a time and a bound; its errors too. */
    private static String output(String... words) throws IOException, InterruptedException {
        Path answer = Files.createTempFile("enim-support", ".txt");
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(answer.toFile())
                    .start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", words) + " did not end within " + SECONDS + " s");
            }
            try (InputStream in = Files.newInputStream(answer)) {
                String text = new String(in.readNBytes(BundleWriter.LONGEST_ENTRY), StandardCharsets.UTF_8);
                return process.exitValue() == 0
                        ? text
                        : text + "\n" + words[0] + " ended with status " + process.exitValue() + "\n";
            }
        } finally {
            Files.deleteIfExists(answer);
        }
    }
}
