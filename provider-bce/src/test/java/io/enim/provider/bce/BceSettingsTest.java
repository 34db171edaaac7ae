package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.SettingsException;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.ProviderSettings;
import io.enim.provider.support.CredentialsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings: every mistake names its key, and no secret is shown. */
class BceSettingsTest {
    private static final Map<String, String> GROUPS = Map.of("security-groups", "g-1");
    private static final Map<String, String> WITHOUT_METADATA = Map.of(
            "security-groups", "g-1",
            "metadata", "off",
            "instance-id", "i-1",
            "vpc-id", "v-1",
            "zone", "zoneA",
            "subnets", "s-1",
            "region", "gz");

    private static BceSettings parse(Map<String, String> settings) {
        return parse(settings, Map.of());
    }

    private static BceSettings parse(Map<String, String> settings, Map<String, String> environment) {
        return BceSettings.read(new ProviderSettings("bce", settings, BceSettings.KEYS), environment);
    }

    private static Map<String, String> with(String key, String value) {
        Map<String, String> settings = new HashMap<>(GROUPS);
        settings.put(key, value);
        return settings;
    }

    @Test
    void theFactoryIsFoundByItsName() {
        assertThat(ServiceLoader.load(EniProviderFactory.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .map(EniProviderFactory::name))
                .contains("bce");
    }

    @ParameterizedTest
    @CsvSource({
        "security-group,g-1",
        "ipv6,maybe",
        "max-enis,many",
        "endpoint,bcc.bj.baidubce.com",
        "endpoint,http://user:word@host/",
        "metadata,never",
        "call-timeout,0s",
        "subnets,'a,a'",
        "subnets,'a b'",
        "enterprise-security-groups,esg-1",
        "access-key-id,alone",
        "secret-access-key,alone",
        "credentials-file,relative/path"
    })
    void aBadSettingIsNamed(String key, String value) {
        assertThatThrownBy(() -> parse(with(key, value))).isInstanceOf(SettingsException.class);
        assertThatThrownBy(() -> parse(with("unheard-of", "x")))
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertThat(e.key()).isEqualTo("enim.provider.bce.unheard-of"));
    }

    @Test
    void groupsAreRequired() {
        assertThatThrownBy(() -> parse(Map.of())).hasMessageContaining("enim.provider.bce.security-groups");
    }

    @ParameterizedTest
    @ValueSource(strings = {"instance-id", "vpc-id", "zone", "subnets", "region"})
    void withoutMetadataEachFactIsRequired(String key) {
        Map<String, String> settings = new HashMap<>(WITHOUT_METADATA);
        assertThat(parse(settings).metadata()).isEmpty();
        settings.remove(key);
        assertThatThrownBy(() -> parse(settings)).hasMessageContaining("enim.provider.bce." + key);
    }

    @Test
    void theEndpointIsTheRegionsOrTheOneThatIsSet() {
        assertThat(BceNode.resolve(parse(WITHOUT_METADATA), Optional.empty()).endpoint())
                .hasToString("https://bcc.gz.baidubce.com");
    }

    @Test
    void keysComeFromSettingsThenFileThenEnvironmentAndAreNotShown(@TempDir Path folder) throws IOException {
        Map<String, String> environment = Map.of("BCE_ACCESS_KEY_ID", "env", "BCE_SECRET_ACCESS_KEY", "s3cret");
        BceSettings fromEnvironment = parse(GROUPS, environment);
        assertThat(fromEnvironment.keys().current().accessKeyId()).isEqualTo("env");
        assertThat(fromEnvironment.keys().current()).hasToString("static keys");

        Path file = folder.resolve("keys");
        Files.writeString(file, "access-key-id=one\nsecret-access-key=s3cret\nsession-token=t0ken\n");
        AccessKeySource fromFile =
                parse(with("credentials-file", file.toString()), environment).keys();
        assertThat(fromFile.current().accessKeyId()).isEqualTo("one");
        assertThat(fromFile.current().sessionToken()).contains("t0ken");
        assertThat(fromFile.current()).hasToString("temporary keys");
        Files.writeString(file, "access-key-id=two\nsecret-access-key=s3cret\n");
        assertThat(fromFile.current().accessKeyId()).isEqualTo("two");
        Files.writeString(file, "access-key-id=three\n");
        assertThatThrownBy(fromFile::current)
                .isInstanceOf(CredentialsException.class)
                .hasMessageContaining(file.toString());
        Files.delete(file);
        assertThatThrownBy(fromFile::current).isInstanceOf(CredentialsException.class);

        Map<String, String> written = with("access-key-id", "set");
        written.put("secret-access-key", "s3cret");
        assertThat(parse(written, environment).keys().current().accessKeyId()).isEqualTo("set");
        written.put("session-token", "with blanks s3cret");
        assertThatThrownBy(() -> parse(written))
                .hasMessageContaining("session-token")
                .message()
                .doesNotContain("s3cret");
    }

    @Test
    void zonesDifferByTheirLastLetter() {
        BceSubnet subnet = new BceSubnet("s", "cn-bj-a", Optional.empty(), Optional.empty());
        assertThat(List.of("zoneA", "cn-bj-a", "")).allMatch(subnet::mayBeIn);
        assertThat(List.of("zoneB", "cn-bj-d")).noneMatch(subnet::mayBeIn);
    }
}
