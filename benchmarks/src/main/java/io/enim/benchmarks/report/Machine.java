// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** The machine that a part ran on, without the host's name. */
public record Machine(
        String date,
        String processor,
        int cores,
        long memoryGiB,
        String kernel,
        String distribution,
        String java,
        String load) {

    /** This machine, now; the load averages are the system's own, over 1, 5 and 15 minutes. */
    public static Machine now() {
        try {
            String[] load = Files.readString(Path.of("/proc/loadavg")).split(" ", 4);
            return new Machine(
                    LocalDate.now(ZoneOffset.UTC).toString(),
                    after("/proc/cpuinfo", "model name"),
                    Runtime.getRuntime().availableProcessors(),
                    Math.round(Long.parseLong(after("/proc/meminfo", "MemTotal").split(" ", 2)[0]) / 1024.0 / 1024.0),
                    System.getProperty("os.name") + " " + System.getProperty("os.version"),
                    after("/etc/os-release", "PRETTY_NAME").replace("\"", ""),
                    System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                    load[0] + ", " + load[1] + ", " + load[2]);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the properties of this machine from /proc and /etc", e);
        }
    }

    private static String after(String file, String key) throws IOException {
        for (String line : Files.readAllLines(Path.of(file))) {
            String[] parts = line.split("[:=]", 2);
            if (parts[0].trim().equals(key)) {
                return parts[1].trim();
            }
        }
        return "unknown";
    }

    @Override
    public String toString() {
        return processor + ", " + cores + " cores, " + memoryGiB + " GiB; " + distribution + ", " + kernel + "; " + java
                + "; load average at the start " + load + "; " + date;
    }
}
