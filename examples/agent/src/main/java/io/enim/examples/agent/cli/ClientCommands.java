package io.enim.examples.agent.cli;

import java.util.List;

/** The commands that ask a running agent. */
public final class ClientCommands {
    private ClientCommands() {}

    /** New instances, to be added to a picocli command line. */
    public static List<Object> all() {
        return List.of(
                new StatusCommand(),
                new EnisCommand(),
                new AssignmentsCommand(),
                new TimelineCommand(),
                new AddCommand(),
                new DelCommand(),
                new CheckCommand(),
                new GcCommand(),
                new MetricsCommand());
    }
}
