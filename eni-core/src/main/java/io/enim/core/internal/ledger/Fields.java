// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.ledger;

import io.enim.InvalidRequestException;
import java.time.DateTimeException;
import java.util.Map;
import java.util.function.Function;

/** The fields of a record; a missing or invalid one is an {@link InvalidRequestException} that names it. */
record Fields(Map<String, String> texts) {
    boolean has(String name) {
        return texts.containsKey(name);
    }

    String text(String name) {
        String value = texts.get(name);
        if (value == null) {
            throw new InvalidRequestException(name, "", "the record lacks this field");
        }
        return value;
    }

    <T> T parse(String name, Function<String, T> parser, String rule) {
        String text = text(name);
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new InvalidRequestException(name, text, rule, e);
        }
    }

    long wide(String name) {
        return parse(name, Long::parseLong, "a number");
    }

    int number(String name) {
        long value = wide(name);
        if (value != (int) value) {
            throw new InvalidRequestException(name, Long.toString(value), "a number of 32 bits");
        }
        return (int) value;
    }
}
