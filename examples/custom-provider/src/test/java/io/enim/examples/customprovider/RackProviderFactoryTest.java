package io.enim.examples.customprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.enim.SettingsException;
import io.enim.provider.EniProviderFactory;
import io.enim.testing.UnpooledContext;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class RackProviderFactoryTest {
    private static EniProviderFactory found() {
        return ServiceLoader.load(EniProviderFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(factory -> factory.name().equals("rack"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void isFoundAndPoolsTheRack() {
        UnpooledContext context = new UnpooledContext(Map.of("slots", "5"));
        found().create(context);
        assertThat(context.cloud().limits().maxEnis()).isEqualTo(5);
    }

    @Test
    void aBadSettingIsNamed() {
        for (Map<String, String> bad : List.of(Map.of("slots", "0"), Map.of("slots", "many"))) {
            assertThatExceptionOfType(SettingsException.class)
                    .isThrownBy(() -> found().create(new UnpooledContext(bad)))
                    .satisfies(e -> assertThat(e.key()).isEqualTo("enim.provider.rack.slots"));
        }
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> found().create(new UnpooledContext(Map.of("slot", "5"))))
                .satisfies(e -> assertThat(e.key()).isEqualTo("enim.provider.rack.slot"));
    }
}
