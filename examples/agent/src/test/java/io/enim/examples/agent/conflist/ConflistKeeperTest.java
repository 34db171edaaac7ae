package io.enim.examples.agent.conflist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.Health;
import io.enim.SettingsException;
import io.enim.examples.agent.cni.CniMetrics;
import io.enim.examples.agent.cni.CniService;
import io.enim.examples.agent.cni.spec.CniRequest;
import io.enim.examples.agent.config.AgentSettings.ConflistSettings;
import io.enim.examples.agent.testing.InMemoryManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConflistKeeperTest {
    private static final int PATIENCE = 30;

    @TempDir
    Path directory;

    private final InMemoryManager manager = InMemoryManager.dualStack(1);
    private Path file;
    private int second;

    @BeforeEach
    void inADirectoryThatIsNotThereYet() {
        file = directory.resolve("net.d/10-enim.conflist");
    }

    private ConflistKeeper keeper() {
        return keeper(Optional.empty());
    }

    private ConflistKeeper keeper(Optional<Path> template) {
        return ConflistKeeper.of(new ConflistSettings(file, template, Duration.ofSeconds(PATIENCE)), manager);
    }

    @Test
    void p15_healthIsToldWhatKeepsTheFileFromBeingThereUntilNothingDoes() throws IOException {
        ConflistKeeper keeper = keeper();
        look(keeper, Health.Status.HEALTHY, 1);
        assertThat(keeper.trouble()).isEmpty();
        Files.delete(file);
        Files.writeString(file, "{\"name\":\"of another\"}");
        look(keeper, Health.Status.HEALTHY, 1);
        assertThat(keeper.trouble().orElseThrow()).contains(file.toString(), "was not written by an agent");
        Files.delete(file);
        Files.delete(file.getParent());
        Files.writeString(file.getParent(), "a file where the directory is to be");
        look(keeper, Health.Status.HEALTHY, 1);
        assertThat(keeper.trouble().orElseThrow()).contains(file + " cannot be written");
        Files.delete(file.getParent());
        look(keeper, Health.Status.HEALTHY, 1);
        assertThat(keeper.trouble()).isEmpty();
        assertThat(file).exists();
    }

    private void look(ConflistKeeper keeper, Health.Status health, int seconds) {
        manager.setHealth(new Health(health, health == Health.Status.HEALTHY ? List.of() : List.of("a reason")));
        for (int i = 0; i < seconds; i++) {
            keeper.look(TimeUnit.SECONDS.toNanos(second++));
        }
    }

    private boolean statusSucceeds() {
        byte[] config = "{\"cniVersion\":\"1.1.0\",\"name\":\"enim\"}".getBytes(StandardCharsets.UTF_8);
        return new CniService(manager, Duration.ofSeconds(1), CniMetrics.NONE)
                .answer(new CniRequest("STATUS", "", "", "", "", config, Optional.empty()))
                .isSuccess();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(file.getParent())) {
            return all.map(each -> each.getFileName().toString()).toList();
        }
    }

    @Test
    void itIsANetworkConfigurationThatARuntimeUnderstands() throws IOException {
        look(keeper(), Health.Status.HEALTHY, 1);
        Map<String, Object> written = JSON.std.mapFrom(Files.readString(file));
        assertThat(written)
                .containsEntry("cniVersion", "1.0.0")
                .containsEntry("name", "enim")
                .containsEntry("plugins", List.of(Map.of("type", "enim")));
        assertThat(files()).as("nothing else is left").containsExactly("10-enim.conflist");
    }

    @ParameterizedTest
    @EnumSource(Health.Status.class)
    void itAgreesWithCniStatus(Health.Status health) {
        look(keeper(), health, 1);
        assertThat(Files.exists(file)).isEqualTo(statusSucceeds());
    }

    @Test
    void itGoesWhenTheAgentCannotServeForLongAndComesBack() {
        ConflistKeeper keeper = keeper();
        look(keeper, Health.Status.UNAVAILABLE, 100);
        assertThat(file).as("before it could serve").doesNotExist();
        look(keeper, Health.Status.DEGRADED, 1);
        assertThat(file).exists();
        look(keeper, Health.Status.UNAVAILABLE, PATIENCE);
        assertThat(file).as("within the patience").exists();
        look(keeper, Health.Status.UNAVAILABLE, 1);
        assertThat(file).doesNotExist();
        look(keeper, Health.Status.HEALTHY, PATIENCE);
        assertThat(file).as("within the patience").doesNotExist();
        look(keeper, Health.Status.HEALTHY, 1);
        assertThat(file).exists();
    }

    @Test
    void p5_aRestartOfTheAgentLeavesItThere() {
        ConflistKeeper before = keeper();
        look(before, Health.Status.HEALTHY, 1);
        before.close();
        assertThat(file).exists();
        look(keeper(), Health.Status.UNAVAILABLE, PATIENCE);
        assertThat(file).exists();
    }

    @Test
    void thatOfAnAgentWithOtherContentIsReplaced() throws IOException {
        look(keeper(), Health.Status.HEALTHY, 1);
        Path template = Files.writeString(
                directory.resolve("template"),
                "{\"cniVersion\":\"0.4.0\",\"name\":\"mine\",\"plugins\":[{\"type\":\"enim\",\"mtu\":1400}]}");
        look(keeper(Optional.of(template)), Health.Status.HEALTHY, 1);
        assertThat(Files.readString(file)).contains("1400", "mine");
        assertThat(files()).containsExactly("10-enim.conflist");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"enim\",\"plugins\":[{\"type\":\"enim\"}]}",
                "{\"name\":\"enim\",\"enim.io/written-by\":\"another\",\"plugins\":[]}"
            })
    void aForeignFileIsNeitherReplacedNorRemoved(String foreign) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, foreign);
        ConflistKeeper keeper = keeper();
        look(keeper, Health.Status.HEALTHY, 2);
        look(keeper, Health.Status.UNAVAILABLE, PATIENCE + 1);
        assertThat(file).hasContent(foreign);
        assertThat(files()).containsExactly("10-enim.conflist");
    }

    @Test
    void aForeignFileThatAppearsInPlaceOfOursIsLeft() throws IOException {
        ConflistKeeper keeper = keeper();
        look(keeper, Health.Status.HEALTHY, 1);
        Files.writeString(file, "foreign");
        look(keeper, Health.Status.HEALTHY, 1);
        look(keeper, Health.Status.UNAVAILABLE, PATIENCE + 1);
        assertThat(file).hasContent("foreign");
    }

    @Test
    void oneThatWasRemovedOrCannotBeWrittenIsWrittenLater() throws IOException {
        ConflistKeeper keeper = keeper();
        Path parent = Files.createFile(file.getParent());
        look(keeper, Health.Status.HEALTHY, 2);
        Files.delete(parent);
        look(keeper, Health.Status.HEALTHY, 1);
        assertThat(file).exists();
        Files.delete(file);
        look(keeper, Health.Status.HEALTHY, 1);
        assertThat(file).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"name\":\"enim\"}", "{\"name\":7,\"plugins\":[]}", "no JSON"})
    void aTemplateThatIsNoListOfConfigurationsIsRefusedAtTheStart(String text) throws IOException {
        Path template = Files.writeString(directory.resolve("template"), text);
        assertThatThrownBy(() -> keeper(Optional.of(template)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("agent.cni.conflist-template")
                .hasMessageContaining(template.toString());
    }
}
