// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.store;

import io.enim.InvalidRequestException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A change at the cloud that must survive a crash: on disk before the cloud is asked.
 *
 * @param kind which change
 * @param token the client token of the create call; every retry uses the same; empty for a retirement
 * @param eniId the ENI; empty for a create call whose result is not known
 * @param since when the intent was made, by the wall clock: for people alone, since that may be set to any time
 */
public record CloudIntent(Kind kind, String token, Optional<String> eniId, Instant since) {
    /** The kinds of changes. The text is the spelling on disk. */
    public enum Kind {
        /** An ENI is created, attached and made ready. It ends before the ENI is first offered. */
        PROVISION("create"),
        /** An ENI is detached and deleted. It ends when the cloud no longer shows the ENI. */
        RETIRE("retire");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    public static CloudIntent retire(String eniId, Instant now) {
        return new CloudIntent(Kind.RETIRE, "", Optional.of(eniId), now);
    }

    public CloudIntent with(String id) {
        return new CloudIntent(kind, token, Optional.of(id), since);
    }

    /** The name of its record: one for each create call, one for each ENI to be retired. */
    public String recordName() {
        return kind.text + "-" + (kind == Kind.PROVISION ? token : eniId.orElseThrow());
    }

    Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("kind", kind.text);
        fields.put("token", token);
        eniId.ifPresent(id -> fields.put("eni", id));
        fields.put("since", since.toString());
        return fields;
    }

    /** Reads an intent; throws {@link InvalidRequestException} when the fields are none. */
    static CloudIntent of(Map<String, String> fields) {
        String kindText = fields.getOrDefault("kind", "");
        String token = fields.getOrDefault("token", "");
        Optional<String> eniId = Optional.ofNullable(fields.get("eni")).filter(id -> !id.isEmpty());
        Instant since = instant(fields, "since");
        if (kindText.equals(Kind.PROVISION.text)) {
            if (!token.matches("[A-Za-z0-9-]{1,64}")) {
                throw new InvalidRequestException("token", token, "1 to 64 ASCII letters, digits and -");
            }
            return new CloudIntent(Kind.PROVISION, token, eniId, since);
        }
        if (kindText.equals(Kind.RETIRE.text) && eniId.isPresent()) {
            return new CloudIntent(Kind.RETIRE, "", eniId, since);
        }
        throw new InvalidRequestException("kind", kindText, "create, or retire with an ENI");
    }

    /** The moment in a field; an {@link InvalidRequestException} where it has none. */
    static Instant instant(Map<String, String> fields, String name) {
        String text = fields.getOrDefault(name, "");
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new InvalidRequestException(name, text, "an ISO-8601 instant", e);
        }
    }
}
