package io.enim.examples.demo;

import io.enim.EniException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells the story, and exits with 0 only if all of it was so. Started by the script {@code demo}. */
@Command(name = "demo", mixinStandardHelpOptions = true, description = "Show what ENIM does, and check it.")
public final class Demo implements Callable<Integer> {
    private static final int UNTRUE = 1;

    @Option(names = "--memory", description = "Devices in memory; no namespaces are needed.")
    private boolean memory;

    @Option(names = "--quiet", description = "Only say how it ended.")
    private boolean quiet;

    @Option(names = "--directory", required = true, description = "An empty directory for sockets and records.")
    private Path directory = Path.of("/run/enim");

    @Option(names = "--plugin", required = true, description = "The CNI plugin.")
    private Path plugin = Path.of("enim");

    private Demo() {}

    /** Runs the demo. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Demo()).execute(arguments));
    }

    @Override
    public Integer call() {
        PrintStream out = System.out;
        StepPrinter stepPrinter = new StepPrinter(out, quiet ? StepPrinter.Mode.QUIET : StepPrinter.Mode.FULL);
        long began = System.nanoTime();
        try (DemoEnvironment demoEnvironment =
                memory ? new InMemoryEnvironment(directory) : new VethEnvironment(directory)) {
            try {
                new DemoScript(demoEnvironment, stepPrinter, plugin).run();
            } catch (DemoException | EniException e) {
                out.println("NOT SO: " + e.getMessage());
                out.println("The agent's log:");
                out.println(demoEnvironment.log());
                return UNTRUE;
            }
            out.printf(
                    "%d steps in %.1f s, and all of it was so (%s).%n",
                    stepPrinter.steps(), (System.nanoTime() - began) / 1e9, demoEnvironment.description());
            return 0;
        }
    }
}
