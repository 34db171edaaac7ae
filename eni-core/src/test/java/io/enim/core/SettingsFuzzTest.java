package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.SettingsException;
import io.enim.provider.ProviderSettings;
import io.enim.testing.FuzzTarget;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Settings, one a line. No arithmetic with what is accepted overflows, and it is written and read again as the same. */
public final class SettingsFuzzTest extends FuzzTarget {
    private static final List<Consumer<ProviderSettings>> OF_PROVIDERS = List.of(
            settings -> settings.text("key", "[a-z]+")
                    .ifPresent(text -> assertThat(text).matches("[a-z]+")),
            settings -> assertThat(settings.secret("key").orElse("none")).doesNotContain(" "),
            settings -> assertThat(settings.list("key", "[a-z]+")).doesNotHaveDuplicates(),
            settings -> assertThat(settings.pairs("key")).doesNotContainKey(""),
            settings -> assertThat(settings.choice("key", Choice.class)).isNotNull(),
            settings -> settings.uri("key")
                    .map(URI::getHost)
                    .ifPresent(host -> assertThat(host).isNotEmpty()),
            settings -> settings.path("key").ifPresent(path -> assertThat(path).isAbsolute()),
            settings -> settings.duration("key")
                    .map(Duration::toNanos)
                    .ifPresent(nanos -> assertThat(nanos).isPositive()),
            settings -> settings.count("key", 0, 9999)
                    .ifPresent(count -> assertThat(count).isBetween(0, 9999)));

    private enum Choice {
        ONE,
        OTHER
    }

    @Override
    protected List<byte[]> inputs() {
        return texts(
                "enim.node=n\nenim.cluster=c\nenim.add.timeout=9999999h",
                "enim.node=n\nenim.cluster=c\nenim.run-dir=\0",
                "enim.node=n\nenim.cluster=c\nenim.pool.max=0\nenim.provider.aws.region=x",
                "enim." + "x".repeat(100_000) + "=1",
                "enim.\u001b[2J\u202e=1",
                "enim.node=" + "\u0085".repeat(100_000),
                "/run/\0",
                "https://cloud\u2028.example");
    }

    public static void fuzzerTestOneInput(byte[] input) {
        String text = text(input);
        readOrRefused(() -> read(settings(text)), SettingsException.class);
        for (Consumer<ProviderSettings> reader : OF_PROVIDERS) {
            readOrRefused(
                    () -> reader.accept(new ProviderSettings("p", Map.of("key", text), Set.of("key"))),
                    SettingsException.class);
        }
        readOrRefused(() -> new ProviderSettings("p", Map.of(text, text), Set.of("key")), SettingsException.class);
    }

    private static Map<String, String> settings(String text) {
        Map<String, String> settings = new TreeMap<>();
        text.lines()
                .map(line -> line.split("=", 2))
                .filter(pair -> pair.length == 2)
                .forEach(pair -> settings.put(pair[0], pair[1]));
        return settings;
    }

    private static void read(Map<String, String> texts) {
        EniSettings settings = EniSettings.fromMap(texts);
        assertThat(EniSettings.fromMap(settings.toMap()).toMap()).isEqualTo(settings.toMap());
        Collection<String> providers = settings.forProvider("aws").values();
        assertThat(texts.values()).containsAll(providers);
        for (EniSetting setting : EniSetting.values()) {
            if (setting.key().endsWith(".timeout")) {
                assertThat(settings.duration(setting).multipliedBy(2).toNanos()).isPositive();
            }
        }
    }
}
