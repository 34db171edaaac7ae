package io.enim.provider.bce;

import java.util.Optional;

/** What requests are signed with. Not a record: its text must not show the secrets. */
final class AccessKeys {
    private final String accessKeyId;
    private final String secretAccessKey;
    private final Optional<String> sessionToken;

    AccessKeys(String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {
        this.accessKeyId = accessKeyId;
        this.secretAccessKey = secretAccessKey;
        this.sessionToken = sessionToken;
    }

    String accessKeyId() {
        return accessKeyId;
    }

    String secretAccessKey() {
        return secretAccessKey;
    }

    /** Given by the security token service together with temporary keys. */
    Optional<String> sessionToken() {
        return sessionToken;
    }

    @Override
    public String toString() {
        return sessionToken.isPresent() ? "temporary keys" : "static keys";
    }
}
