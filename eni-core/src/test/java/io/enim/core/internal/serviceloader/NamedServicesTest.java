package io.enim.core.internal.serviceloader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.EniSetting;
import io.enim.SettingsException;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.ProviderContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamedServicesTest {
    private record Named(String name) implements EniProviderFactory {
        @Override
        public EniProvider create(ProviderContext context) {
            throw new IllegalStateException("not made in this test");
        }
    }

    private static NamedServices<EniProviderFactory> catalog(String... names) {
        List<EniProviderFactory> factories =
                List.of(names).stream().<EniProviderFactory>map(Named::new).toList();
        return NamedServices.of(factories, EniSetting.PROVIDER, EniProviderFactory::name);
    }

    @Test
    void theNamedOneIsChosenAndTheOnlyOneNeedsNoName() {
        assertThat(catalog("aws", "bce").choose("bce").name()).isEqualTo("bce");
        assertThat(catalog("aws").choose("").name()).isEqualTo("aws");
    }

    @Test
    void refusalsListWhatIsThere() {
        assertThatThrownBy(() -> catalog().choose(""))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("none is on the class path");
        assertThatThrownBy(() -> catalog("aws", "bce").choose("gcp")).hasMessageContaining("available are [aws, bce]");
        assertThatThrownBy(() -> catalog("aws", "bce").choose(""))
                .hasMessageContaining("set the name of one of them: [aws, bce]");
    }

    @Test
    void twoOfOneNameAreRefusedAndBothAreNamed() {
        assertThatThrownBy(() -> catalog("aws", "aws"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("two have the name 'aws'")
                .hasMessageContaining(Named.class.getName());
    }

    @Test
    void namesAreLowerCase() {
        assertThatThrownBy(() -> catalog("AWS")).hasMessageContaining("lower-case");
    }
}
