// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts JVMs with the demo's own class path. Each ends with the demo, however the demo ends. */
final class ChildProcess {
    private static final int TIMEOUT_SECONDS = 30;

    private ChildProcess() {}

    /** The command of a JVM that is small and starts quickly. */
    static List<String> jvm(String mainClass) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx192m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
    }

    static Process start(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(name -> name.startsWith("ENIM_"));
        try {
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "demo-end"));
            return process;
        } catch (IOException e) {
            throw new DemoException("cannot start " + builder.command() + ": " + e.getMessage(), e);
        }
    }

    /** Waits for the end of the process and returns its exit status. */
    static int await(Process process) {
        process.onExit()
                .completeOnTimeout(process, TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .join();
        if (process.isAlive()) {
            process.destroyForcibly();
            throw new DemoException("process " + process.pid() + " did not end within " + TIMEOUT_SECONDS + " s");
        }
        return process.exitValue();
    }

    /** Kills with SIGKILL and waits for the end. */
    static void kill(Process process) {
        process.destroyForcibly();
        await(process);
    }
}
