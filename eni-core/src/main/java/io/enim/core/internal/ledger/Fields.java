// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.ledger;

import io.enim.InvalidRequestException;
import java.util.Map;

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

    long wide(String name) {
        String text = text(name);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new InvalidRequestException(name, text, "a number", e);
        }
    }

    int number(String name) {
        long value = wide(name);
        if (value != (int) value) {
            throw new InvalidRequestException(name, Long.toString(value), "a number of 32 bits");
        }
        return (int) value;
    }
}
