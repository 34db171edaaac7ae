// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.SettingsException;
import io.enim.examples.agent.api.LogLevelView;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that turn something on in a running agent, to see more of it for a while. */
public final class DiagnosisCommands {
    private DiagnosisCommands() {}

    /** In the order of the help, to be added to a picocli command line. */
    public static List<Object> all() {
        return Stream.of("logLevel", "jfr")
                .<Object>map(name -> CommandLine.getCommandMethods(DiagnosisCommands.class, name)
                        .get(0))
                .toList();
    }

    @Command(
            name = "log-level",
            description = {
                "Show the levels of the agent's log, or set one for a time, after which it is as before.",
                "Levels: ERROR, WARN, INFO, DEBUG, TRACE. Any logger of ENIM can be set, not only those that are listed."
            })
    static int logLevel(
            @Mixin AgentConnection agent,
            @Parameters(index = "0", arity = "0..1", paramLabel = "LOGGER", description = "The one to show or to set.")
                    @Nullable
                    String logger,
            @Parameters(index = "1", arity = "0..1", paramLabel = "LEVEL", description = "What it is to log.") @Nullable
                    String level,
            @Option(
                            names = "--for",
                            paramLabel = "TIME",
                            defaultValue = "10m",
                            converter = TimeConverter.class,
                            description = "How long, up to 24h (default: ${DEFAULT-VALUE}).")
                    Duration time) {
        if (logger == null || level == null) {
            return agent.ask(
                    client -> client.get("/v1/log-levels"),
                    body -> table(JSON.std.listOfFrom(LogLevelView.class, body).stream()
                            .filter(view -> logger == null || view.logger().equals(logger))
                            .toList()));
        }
        String form = "seconds=" + time.toSeconds()
                + EndpointOptions.field("logger", logger)
                + EndpointOptions.field("level", level.toUpperCase(Locale.ROOT));
        return agent.ask(
                client -> client.post("/v1/log-level", form),
                body -> table(List.of(JSON.std.beanFrom(LogLevelView.class, body))));
    }

    private static String table(List<LogLevelView> views) {
        Table table = new Table("LOGGER", "LEVEL", "SECONDS LEFT", "WHAT IT TELLS");
        for (LogLevelView view : views) {
            String left = view.seconds() == 0 ? "" : Long.toString(view.seconds());
            table.row(view.logger(), view.level(), left, view.meaning());
        }
        return table.or("no such logger is listed; any below io.enim can be set");
    }

    @Command(
            name = "jfr",
            description = {
                "Record the running agent with Java Flight Recorder and write the recording to a file, for its owner alone.",
                "One recording at a time. The environment, command lines and system properties are left out."
            })
    static int jfr(
            @Mixin AgentConnection agent,
            @Parameters(index = "0", paramLabel = "FILE", description = "The file to make.") Path file,
            @Option(
                            names = "--for",
                            paramLabel = "TIME",
                            defaultValue = "60s",
                            converter = TimeConverter.class,
                            description = "How long, up to 2m (default: ${DEFAULT-VALUE}).")
                    Duration time) {
        try {
            int status;
            try (OutputStream out = create(file)) {
                status = agent.ask(
                        client -> client.download("/v1/jfr", "seconds=" + time.toSeconds(), out),
                        body -> "wrote " + file
                                + "; JDK Mission Control shows it, and so does: jfr print --events io.enim.Step " + file
                                + "\n");
            }
            if (status != 0) {
                Files.delete(file);
            }
            return status;
        } catch (FileAlreadyExistsException e) {
            throw new SettingsException("FILE", file + " exists, and is not replaced; name another file", e);
        } catch (IOException e) {
            throw new SettingsException("FILE", file + " cannot be written: " + e, e);
        }
    }

    private static OutputStream create(Path file) throws IOException {
        return Channels.newOutputStream(Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
    }
}
