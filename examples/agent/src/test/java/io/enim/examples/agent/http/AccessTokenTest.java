package io.enim.examples.agent.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenTest {
    private static final String TOKEN = "0123456789abcdef-._~+/=";

    @TempDir
    Path directory;

    private Path file(String text, String mode) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------"})
    void aRequestWithTheTokenIsKnownByEitherScheme(String mode) throws IOException {
        AccessToken token = AccessToken.read(file(TOKEN + "\n", mode));
        assertThat(token.isIn("Bearer " + TOKEN)).isTrue();
        assertThat(token.isIn("bearer  " + TOKEN)).isTrue();
        assertThat(token.isIn(basic("any:" + TOKEN))).isTrue();
    }

    @Test
    void anyOtherRequestIsNot() throws IOException {
        AccessToken token = AccessToken.read(file(TOKEN, "rw-------"));
        assertThat(token.isIn(null)).isFalse();
        for (String other : new String[] {
            "",
            "Bearer",
            "Bearer ",
            TOKEN,
            "Bearer " + TOKEN + "x",
            "Bearer " + TOKEN.substring(1),
            "Bearer x" + TOKEN,
            "Digest " + TOKEN,
            "Basic " + TOKEN,
            "Basic %%%",
            basic("any:"),
            basic(TOKEN + ":"),
            basic("any:other:" + TOKEN)
        }) {
            assertThat(token.isIn(other)).as(other).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw------x"})
    void aFileThatOthersReachIsRefusedWithItsMode(String mode) throws IOException {
        Path file = file(TOKEN, mode);
        assertThatThrownBy(() -> AccessToken.read(file))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("agent.http.token-file")
                .hasMessageContaining(mode)
                .hasMessageContaining("chmod 0600")
                .hasMessageNotContaining(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n \n"})
    void anEmptyFileIsRefused(String text) throws IOException {
        Path file = file(text, "rw-------");
        assertThatThrownBy(() -> AccessToken.read(file)).hasMessageContaining("is empty; write one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0123456789abcde", "0123456789abcdef x", "0123456789\n0123456789", "0123456789abcdef\u00e4"})
    void whatIsNoTokenIsRefusedWithoutBeingTold(String text) throws IOException {
        Path file = file(text, "rw-------");
        assertThatThrownBy(() -> AccessToken.read(file))
                .hasMessageContaining("has no token: that is 16 to 512")
                .hasMessageNotContaining("0123");
    }

    @Test
    void aLongFileIsReadUpToTheLongestTokenAndRefused() throws IOException {
        assertThat(AccessToken.read(file("x".repeat(512), "rw-------")).isIn("Bearer " + "x".repeat(512)))
                .isTrue();
        Path file = file("x".repeat(100_000), "rw-------");
        assertThatThrownBy(() -> AccessToken.read(file)).hasMessageContaining("has no token");
    }

    @Test
    void aMissingFileIsRefused() {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> AccessToken.read(missing))
                .hasMessageContaining(missing + " does not exist; write one");
        assertThatThrownBy(() -> AccessToken.read(directory)).isInstanceOf(SettingsException.class);
    }
}
