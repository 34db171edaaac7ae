package io.enim.examples.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.SettingsException;
import io.enim.testing.FuzzTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The agent's settings: any file, any variable, any value. */
public final class AgentSettingsFuzzTest extends FuzzTarget {
    @Override
    protected List<byte[]> inputs() {
        return texts(
                "agent.socket=/run/x\nagent.max-requests=7\n",
                "agent.socket=/",
                "agent.socket=/run/\\u0000",
                "agent.max-requests=99999999",
                "a=\\u00zz",
                "PROVIDER_AWS_REGION",
                "PROVIDER__X",
                "X".repeat(100_000),
                "\u001b[2J");
    }

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        Path file = emptyDirectory().resolve("agent.properties");
        Files.write(file, input);
        String text = text(input);
        Optional<String> node = Optional.of("n");
        readOrRefused(
                () -> assertThat(AgentSettings.read(Optional.of(file), Map.of(), Map.of(), node)
                                .socket())
                        .isAbsolute(),
                SettingsException.class);
        for (Map<String, String> environment : List.of(
                Map.of("ENIM_" + text, "1"), Map.of("ENIM_SOCKET", text), Map.of("ENIM_AGENT_MAX_REQUESTS", text))) {
            readOrRefused(
                    () -> assertThat(AgentSettings.read(Optional.empty(), environment, Map.of(), node)
                                    .maxRequests())
                            .isPositive(),
                    SettingsException.class);
        }
    }
}
