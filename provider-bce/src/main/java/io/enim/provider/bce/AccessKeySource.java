package io.enim.provider.bce;

import io.enim.provider.ProviderSettings;
import io.enim.provider.support.CredentialsException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where keys come from: the settings, else the file they name, else the environment. Asked before each request, so that
 * temporary keys may be renewed in the file; it is read anew each time, since a file replaced within the resolution of
 * its time stamp would otherwise be missed. Reads are local and small.
 */
final class AccessKeySource {
    static final String ACCESS_KEY_ID = "access-key-id";
    static final String SECRET_ACCESS_KEY = "secret-access-key";
    static final String SESSION_TOKEN = "session-token";
    static final String FILE = "credentials-file";

    /**
     * What requests are signed with. Its text shows none of it.
     *
     * @param sessionToken given by the security token service together with temporary keys
     */
    record AccessKeys(String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {
        @Override
        public String toString() {
            return sessionToken.isPresent() ? "temporary keys" : "static keys";
        }
    }

    private final Optional<AccessKeys> fixedKeys;
    private final Optional<Path> file;

    private AccessKeySource(Optional<AccessKeys> fixed, Optional<Path> file) {
        this.fixedKeys = fixed;
        this.file = file;
    }

    /** Chooses by what is there now. */
    static AccessKeySource of(ProviderSettings settings, Map<String, String> environment) {
        Optional<AccessKeys> written = keys(key -> settings.secret(key));
        Optional<Path> file = settings.text(FILE, "/.*").map(Path::of);
        if (written.isPresent() || file.isPresent()) {
            return new AccessKeySource(written, file);
        }
        return new AccessKeySource(
                keys(key -> trimmed(
                        environment.get("BCE_" + key.toUpperCase(Locale.ROOT).replace('-', '_')))),
                Optional.empty());
    }

    private static Optional<String> trimmed(@Nullable String text) {
        return Optional.ofNullable(text).map(String::trim).filter(value -> !value.isEmpty());
    }

    private static Optional<AccessKeys> keys(Function<String, Optional<String>> value) {
        Optional<String> id = value.apply(ACCESS_KEY_ID);
        Optional<String> secret = value.apply(SECRET_ACCESS_KEY);
        return id.isEmpty() || secret.isEmpty()
                ? Optional.empty()
                : Optional.of(new AccessKeys(id.get(), secret.get(), value.apply(SESSION_TOKEN)));
    }

    /**
     * The keys to sign with now.
     *
     * @throws CredentialsException there are none, or the file cannot be read
     */
    AccessKeys current() {
        if (fixedKeys.isPresent()) {
            return fixedKeys.get();
        }
        Path path = file.orElseThrow(() -> new CredentialsException(
                "no keys: set " + ACCESS_KEY_ID + " and " + SECRET_ACCESS_KEY + ", or " + FILE
                        + ", under enim.provider.bce., or BCE_ACCESS_KEY_ID and BCE_SECRET_ACCESS_KEY",
                null));
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new CredentialsException("no keys: " + path + " cannot be read", e);
        }
        return keys(key -> trimmed(properties.getProperty(key)))
                .orElseThrow(() -> new CredentialsException(
                        "no keys: " + path + " has no lines " + ACCESS_KEY_ID + "= and " + SECRET_ACCESS_KEY + "=",
                        null));
    }
}
