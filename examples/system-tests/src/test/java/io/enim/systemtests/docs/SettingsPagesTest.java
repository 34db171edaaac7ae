package io.enim.systemtests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniSetting;
import io.enim.examples.agent.config.AgentSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The tables of settings are those of the code; a failure prints the table that the page should have. */
class SettingsPagesTest {
    @Test
    void thePageOfSettingsHasTheSettingsOfTheCode() throws IOException {
        assertHolds(
                "docs/settings.md",
                table(EniSetting.values(), EniSetting::key, EniSetting::defaultText, EniSetting::description));
    }

    @Test
    void thePageOfTheAgentHasTheAgentsSettings() throws IOException {
        assertHolds(
                "docs/agent.md",
                table(AgentSetting.values(), AgentSetting::key, AgentSetting::defaultText, AgentSetting::description));
    }

    private static void assertHolds(String page, String table) throws IOException {
        assertThat(Files.readString(TestSources.PROJECT.resolve(page)))
                .withFailMessage("%s has to hold this table:%n%n%s", page, table)
                .contains(table);
    }

    private static <T> String table(
            T[] settings, Function<T, String> key, Function<T, String> defaultText, Function<T, String> description) {
        String rows = Arrays.stream(settings)
                .map(setting -> "| `%s` | %s | %s |\n"
                        .formatted(
                                key.apply(setting),
                                defaultText.apply(setting).isEmpty() ? "–" : "`" + defaultText.apply(setting) + "`",
                                description.apply(setting)))
                .collect(Collectors.joining());
        return "| setting | default | meaning |\n|---|---|---|\n" + rows;
    }
}
