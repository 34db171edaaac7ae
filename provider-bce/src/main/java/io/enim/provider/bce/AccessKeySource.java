package io.enim.provider.bce;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;

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

    private final Optional<AccessKeys> fixedKeys;
    private final Optional<Path> file;

    private AccessKeySource(Optional<AccessKeys> fixed, Optional<Path> file) {
        this.fixedKeys = fixed;
        this.file = file;
    }

    /** Chooses by what is there now. */
    static AccessKeySource of(SettingReader settings, Map<String, String> environment) {
        Optional<AccessKeys> written = keys(key -> settings.text(key, "\\S+"));
        Optional<Path> file = settings.text(FILE, "/.*").map(Path::of);
        if (written.isPresent() || file.isPresent()) {
            return new AccessKeySource(written, file);
        }
        return new AccessKeySource(
                keys(key -> Optional.ofNullable(environment.get(variable(key)))
                        .map(String::trim)
                        .filter(value -> !value.isEmpty())),
                Optional.empty());
    }

    /** The environment's name of a key: {@code BCE_ACCESS_KEY_ID} and so on. */
    private static String variable(String key) {
        return switch (key) {
            case ACCESS_KEY_ID -> "BCE_ACCESS_KEY_ID";
            case SECRET_ACCESS_KEY -> "BCE_SECRET_ACCESS_KEY";
            default -> "BCE_SESSION_TOKEN";
        };
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
     * @throws KeysException there are none, or the file cannot be read
     */
    AccessKeys current() {
        if (fixedKeys.isPresent()) {
            return fixedKeys.get();
        }
        Path path = file.orElseThrow(() -> new KeysException(
                "no keys: set " + ACCESS_KEY_ID + " and " + SECRET_ACCESS_KEY + ", or " + FILE
                        + ", under enim.provider.bce., or BCE_ACCESS_KEY_ID and BCE_SECRET_ACCESS_KEY",
                null));
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new KeysException("no keys: " + path + " cannot be read", e);
        }
        return keys(key -> Optional.ofNullable(properties.getProperty(key))
                        .map(String::trim)
                        .filter(value -> !value.isEmpty()))
                .orElseThrow(() -> new KeysException(
                        "no keys: " + path + " has no lines " + ACCESS_KEY_ID + "= and " + SECRET_ACCESS_KEY + "=",
                        null));
    }
}
