// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cli;

import io.enim.examples.agent.cli.AgentClient.AgentResponse;
import io.enim.examples.agent.support.SupportBundle;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes an archive of what a report of a fault needs, also while no agent answers. Not thread-safe. */
@Command(
        name = "support-bundle",
        description = {
            "Write a ZIP archive of what a report of a fault needs: settings without secrets, what the agent knows, records, the"
                    + " host's network. For its owner alone; look through it before you give it to others.",
            "What cannot be read is missing in it, also all that the agent knows while it does not answer; README.txt in it says so."
        })
final class SupportBundleCommand implements Callable<Integer> {
    private static final Path USUAL_CONFIG = Path.of("/etc/enim/agent.properties");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("'enim-support-'yyyyMMdd-HHmmss'.zip'").withZone(ZoneOffset.UTC);

    @Mixin
    private AgentConnection agent = new AgentConnection();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "The archive, which must not exist (default: enim-support-TIME.zip in this directory).")
    private @Nullable Path file;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "${env:ENIM_CONFIG}",
            description = "The agent's file of settings (default: $ENIM_CONFIG, or /etc/enim/agent.properties).")
    private @Nullable Path config;

    private final class Asking implements SupportBundle.Agent {
        @Override
        public String get(String path) throws IOException {
            return body(agent.client(PATIENCE).get(path));
        }

        @Override
        public String post(String path, String form) throws IOException {
            return body(agent.client(PATIENCE).post(path, form));
        }

        private String body(AgentResponse answer) throws IOException {
            if (answer.status() != 200) {
                throw new IOException("the agent answers: " + AgentConnection.error(answer));
            }
            return answer.body();
        }
    }

    @Override
    public Integer call() {
        Path target = file == null ? Path.of(NAME.format(Instant.now())) : file;
        Optional<Path> settings = Optional.ofNullable(config)
                .or(() -> Files.isRegularFile(USUAL_CONFIG) ? Optional.of(USUAL_CONFIG) : Optional.empty());
        try {
            String contents = new SupportBundle(new Asking(), settings, System.getenv()).write(target);
            agent.print(contents + "\nwritten to " + target.toAbsolutePath() + "\n");
            return 0;
        } catch (FileAlreadyExistsException e) {
            agent.printError(target + " exists; name another file\n");
        } catch (IOException e) {
            agent.printError(target + " cannot be written: " + e + "; name another file\n");
        }
        return 1;
    }
}
