package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkSystemSetting;

class CredentialsSourceTest {
    private static CredentialsSource choose(String set, boolean hasProfile) {
        return CredentialsSource.choose(
                setting -> Optional.of("x").filter(x -> set.contains(setting.environmentVariable())), hasProfile);
    }

    /** A part of the keys is enough: what lacks the other part is an error, and not the next source. */
    @ParameterizedTest
    @CsvSource({
        "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_WEB_IDENTITY_TOKEN_FILE, true, KEYS",
        "AWS_ACCESS_KEY_ID, true, KEYS",
        "AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN AWS_CONTAINER_CREDENTIALS_FULL_URI, true, WEB_IDENTITY",
        "AWS_WEB_IDENTITY_TOKEN_FILE, false, WEB_IDENTITY",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI, true, PROFILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI, false, CONTAINER",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, false, CONTAINER",
        "'', true, PROFILE",
        "'', false, NODE"
    })
    void theFirstSourceThatIsSetUpIsTheOne(String set, boolean hasProfile, CredentialsSource expected) {
        assertThat(choose(set, hasProfile)).isEqualTo(expected);
    }

    @Test
    void anEmptyValueSetsNothingUp() {
        assertThat(CredentialsSource.choose(setting -> Optional.of(" "), false)).isEqualTo(CredentialsSource.NODE);
    }

    @Test
    void aProfileThatNamesOnlyARegionIsNoSourceAndOneThatDoesNotExistIsAnError() {
        assertThat(CredentialsSource.isSource("default", Optional.empty())).isFalse();
        assertThat(CredentialsSource.isSource("default", Optional.of(Map.of("region", "us-east-1"))))
                .isFalse();
        assertThat(CredentialsSource.isSource("prod", Optional.of(Map.of("region", "us-east-1"))))
                .isFalse();
        assertThat(CredentialsSource.isSource("prod", Optional.of(Map.of("role_arn", "r"))))
                .isTrue();
        assertThat(CredentialsSource.isSource("prod", Optional.empty())).isTrue();
        assertThat(SdkSystemSetting.AWS_WEB_IDENTITY_TOKEN_FILE.environmentVariable())
                .isEqualTo("AWS_WEB_IDENTITY_TOKEN_FILE");
    }
}
