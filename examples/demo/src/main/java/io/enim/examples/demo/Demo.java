// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import io.enim.EniException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the steps of {@link DemoScript}; exits with 0 only if every check passed. Started by the script {@code demo}. */
@Command(name = "demo", mixinStandardHelpOptions = true, description = "Show what ENIM does, and check it.")
public final class Demo implements Callable<Integer> {
    @Option(names = "--memory", description = "Keep devices in memory; needs no namespaces.")
    private boolean memory;

    @Option(names = "--quiet", description = "Print only the result.")
    private boolean quiet;

    @Option(names = "--directory", required = true, description = "An empty directory for sockets and records.")
    private Path directory = Path.of("/run/enim");

    @Option(names = "--plugin", required = true, description = "The CNI plugin.")
    private Path plugin = Path.of("enim");

    private Demo() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Demo()).execute(arguments));
    }

    @Override
    public Integer call() {
        PrintStream out = System.out;
        StepPrinter stepPrinter = new StepPrinter(out, quiet);
        long began = System.nanoTime();
        try (DemoEnvironment environment =
                memory ? new InMemoryEnvironment(directory) : new VethEnvironment(directory)) {
            try {
                new DemoScript(environment, stepPrinter, plugin).run();
            } catch (DemoException | EniException e) {
                out.println("FAILED: " + e.getMessage());
                out.println("The agent's log:");
                out.println(environment.log());
                return 1;
            }
            out.printf(
                    "%1$d/%1$d checks passed in %2$.1f s (%3$s).%n",
                    stepPrinter.steps(), (System.nanoTime() - began) / 1e9, environment.description());
            return 0;
        }
    }
}
