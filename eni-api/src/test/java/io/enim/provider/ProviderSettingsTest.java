package io.enim.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.AddRequest.WhenEmpty;
import io.enim.SettingsException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderSettingsTest {
    private static ProviderSettings settings(String value) {
        return new ProviderSettings("rack", Map.of("key", value), Set.of("key", "other"));
    }

    private static void assertRefused(ThrowingCallable read, String shown) {
        assertThatThrownBy(read)
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertThat(e.key()).isEqualTo("enim.provider.rack.key"))
                .hasMessageContainingAll("enim.provider.rack.key", shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"key", "other"})
    void whatIsBlankOrNotSetIsEmpty(String key) {
        ProviderSettings settings = settings("  ");
        assertThat(settings.text(key, "never")).isEmpty();
        assertThat(settings.secret(key)).isEmpty();
        assertThat(settings.list(key, "never")).isEmpty();
        assertThat(settings.pairs(key)).isEmpty();
        assertThat(settings.choice(key, WhenEmpty.class)).isEmpty();
        assertThat(settings.uri(key)).isEmpty();
        assertThat(settings.duration(key)).isEmpty();
        assertThat(settings.count(key, 1, 2)).isEmpty();
    }

    @Test
    void valuesAreRead() {
        assertThat(settings(" i-1 ").text("key", "i-\\d")).contains("i-1");
        assertThat(settings("hush").secret("key")).contains("hush");
        assertThat(settings("b, a,").list("key", "[a-z]")).containsExactly("b", "a");
        assertThat(settings("a=1, b = x=y ,c=").pairs("key"))
                .containsOnly(Map.entry("a", "1"), Map.entry("b", "x=y"), Map.entry("c", ""));
        assertThat(settings("wait").choice("key", WhenEmpty.class)).contains(WhenEmpty.WAIT);
        assertThat(settings("http://127.0.0.1:1").uri("key")).contains(URI.create("http://127.0.0.1:1"));
        assertThat(settings("https://cloud.example.com").uri("key")).contains(URI.create("https://cloud.example.com"));
        assertThat(settings("999").count("key", 1, 999)).contains(999);
    }

    @ParameterizedTest
    @CsvSource({"250ms, 250", "10s, 10000", "1m, 60000"})
    void timesHaveAUnit(String text, long millis) {
        assertThat(settings(text).duration("key")).contains(Duration.ofMillis(millis));
    }

    @Test
    void badValuesAreShownWithTheirKey() {
        assertRefused(() -> settings("vpc-1").text("key", "i-\\d"), "'vpc-1'");
        assertRefused(() -> settings("a,7").list("key", "[a-z]"), "'7'");
        assertRefused(() -> settings("a,b,a").list("key", "[a-z]"), "'a'");
        assertRefused(() -> settings("role").pairs("key"), "'role'");
        assertRefused(() -> settings("=x").pairs("key"), "'=x'");
        assertRefused(() -> settings("a=1,a=2").pairs("key"), "'a=2'");
        assertRefused(() -> settings("FAIL").choice("key", WhenEmpty.class), "[fail, wait]");
        assertRefused(() -> settings("0s").duration("key"), "'0s'");
        assertRefused(() -> settings("ten").duration("key"), "'ten'");
        assertRefused(() -> settings("0").count("key", 1, 999), "from 1 to 999");
        assertRefused(() -> settings("1000").count("key", 1, 999), "'1000'");
        assertRefused(() -> settings("-1").count("key", 0, 999), "'-1'");
        assertRefused(() -> settings("9999999999").count("key", 0, Integer.MAX_VALUE), "'9999999999'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cloud.example.com", "ftp://cloud.example.com", "not an address", "http:/path"})
    void badAddressesAreShown(String text) {
        assertRefused(() -> settings(text).uri("key"), "'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:hush@cloud.example.com",
                "user:hush@cloud.example.com",
                "https://user:hush @cloud.example.com",
                "ftp://user:hush@"
            })
    void anAddressWithAUserIsRefusedAndNotShown(String text) {
        assertRefusedAndNotShown(() -> settings(text).uri("key"), "enim.provider.rack.key");
    }

    @Test
    void aBadSecretIsNotShown() {
        assertRefusedAndNotShown(() -> settings("hush hush").secret("key"), "enim.provider.rack.key");
    }

    @Test
    void anUnknownKeyIsRefusedByNameAndItsValueIsNotShown() {
        assertRefusedAndNotShown(
                        () -> new ProviderSettings("rack", Map.of("secret-key", "hush"), Set.of("key")),
                        "enim.provider.rack.secret-key")
                .hasMessageContaining("[key]");
    }

    private static AbstractThrowableAssert<?, ?> assertRefusedAndNotShown(ThrowingCallable read, String key) {
        return assertThatThrownBy(read)
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertThat(e.key()).isEqualTo(key))
                .hasNoCause()
                .hasMessageContaining(key)
                .hasMessageNotContaining("hush");
    }
}
