// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.bce;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** JSON objects as maps. */
final class Json {
    private static final int MAX_DEPTH = 32;
    private static final JsonFactory PARSERS = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private Json() {}

    /**
     * Reads an object.
     *
     * @throws IllegalArgumentException it is none
     */
    static Map<String, Object> object(String text) {
        try (JsonParser parser = PARSERS.createParser(text)) {
            Map<String, Object> object = JSON.std.mapFrom(parser);
            if (object == null || parser.nextToken() != null) {
                throw new IllegalArgumentException("not one JSON object");
            }
            return object;
        } catch (IOException e) {
            throw new IllegalArgumentException("malformed JSON: " + e.getMessage(), e);
        }
    }

    static String text(Map<String, ?> object) {
        try {
            return JSON.std.asString(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
