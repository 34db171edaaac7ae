// SPDX-License-Identifier: Apache-2.0
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
record AccessKeySource(Optional<AccessKeys> fixedKeys, Optional<Path> file) {
    static final String ACCESS_KEY_ID = "access-key-id";
    static final String SECRET_ACCESS_KEY = "secret-access-key";
    static final String SESSION_TOKEN = "session-token";
    static final String FILE = "credentials-file";

    /** What requests are signed with; temporary keys have a session token. Its text shows none of it. */
    record AccessKeys(String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {
        @Override
        public String toString() {
            return sessionToken.isPresent() ? "temporary keys" : "static keys";
        }
    }

    /** Chooses by what is there now. */
    static AccessKeySource of(ProviderSettings settings, Map<String, String> environment) {
        Optional<AccessKeys> written = keys(key -> settings.secret(key));
        Optional<Path> file = settings.path(FILE);
        Function<String, Optional<String>> inEnvironment = key ->
                trimmed(environment.get("BCE_" + key.toUpperCase(Locale.ROOT).replace('-', '_')));
        return new AccessKeySource(file.isPresent() ? written : written.or(() -> keys(inEnvironment)), file);
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

    /** The keys to sign with now; a {@link CredentialsException} says that there are none. */
    AccessKeys current() {
        if (fixedKeys.isPresent()) {
            return fixedKeys.get();
        }
        String help = "no keys: set " + ACCESS_KEY_ID + " and " + SECRET_ACCESS_KEY + ", or " + FILE
                + ", under enim.provider.bce., or BCE_ACCESS_KEY_ID and BCE_SECRET_ACCESS_KEY";
        Path path = file.orElseThrow(() -> new CredentialsException(help, null));
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new CredentialsException("no keys: " + path + " cannot be read", e);
        }
        String none = "no keys: " + path + " has no lines " + ACCESS_KEY_ID + "= and " + SECRET_ACCESS_KEY + "=";
        return keys(key -> trimmed(properties.getProperty(key)))
                .orElseThrow(() -> new CredentialsException(none, null));
    }
}
