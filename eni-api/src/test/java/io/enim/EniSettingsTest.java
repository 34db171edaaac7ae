package io.enim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EniSettingsTest {
    @ParameterizedTest
    @EnumSource(EniSetting.class)
    void everySettingHasAKeyAndADescription(EniSetting setting) {
        assertThat(setting.key()).matches("enim(\\.[a-z-]+)+");
        assertThat(setting.description()).isNotBlank();
    }

    @Test
    void theDefaultsAreValidButForTheNode() {
        EniSettings settings = EniSettings.builder("node-1").build();
        assertThat(settings.duration(EniSetting.POOL_COOLDOWN)).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.path(EniSetting.RUN_DIR)).isEqualTo(Path.of("/run/enim"));
        assertThat(settings.count(EniSetting.POOL_WARM)).isEqualTo(1);
        assertThatThrownBy(() -> EniSettings.fromMap(Map.of())).hasMessageContaining("enim.node");
    }

    @Test
    void mapAndSettingsAreReadBack() {
        Map<String, String> map = Map.of(
                "enim.node",
                "n1",
                "enim.add.timeout",
                "250ms",
                "enim.provider.fake.seed",
                "7",
                "enim.provider",
                "fake");
        EniSettings settings = EniSettings.fromMap(map);
        assertThat(settings.toMap()).isEqualTo(map);
        assertThat(settings.forProvider("fake")).isEqualTo(Map.of("seed", "7"));
        assertThat(settings.forProvider("fak")).isEmpty();
        assertThat(settings.duration(EniSetting.ADD_TIMEOUT)).isEqualTo(Duration.ofMillis(250));
    }

    @ParameterizedTest
    @CsvSource({
        "enim.nod, x",
        "enim.add.timeout, 30",
        "enim.add.timeout, 0s",
        "enim.pool.max, -1",
        "enim.pool.max, many",
        "enim.run-dir, run/enim",
        "enim.node, a/b",
        "enim.provider.fake, x",
        "enim.pool.rate, 0",
        "enim.pool.min, 100"
    })
    void badSettingsAreRefusedByTheirKey(String key, String value) {
        assertThatThrownBy(() -> EniSettings.builder("node-1").set(key, value).build())
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertThat(e.key()).isEqualTo(key))
                .hasMessageContaining(key);
    }

    @Test
    void aProvidersSettingsMayBeSecretAndAreNotShown() {
        EniSettings.Builder settings = EniSettings.builder("node-1").providerSetting("bce", "secret-key", "hush");
        assertThat(settings.build().toString()).doesNotContain("hush");
    }

    @Test
    void p8_aTimeThatArithmeticWouldOverflowIsRefused() {
        EniSettings.Builder settings = EniSettings.builder("node-1").set(EniSetting.CLUSTER, "c");
        assertThatThrownBy(() ->
                        settings.set(EniSetting.DEVICE_TIMEOUT, "2562048h").build())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("876000h");
        assertThat(settings.set(EniSetting.DEVICE_TIMEOUT, "876000h").build().duration(EniSetting.DEVICE_TIMEOUT))
                .isEqualTo(Duration.ofHours(876_000));
    }
}
