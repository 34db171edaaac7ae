package io.enim.core.internal.ledger;

import io.enim.InvalidRequestException;
import java.util.Map;

/** Reads the fields of a record; a missing or invalid field is an {@link InvalidRequestException} that names it. */
final class Fields {
    private Fields() {}

    static String text(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new InvalidRequestException(name, "", "the record lacks this field");
        }
        return value;
    }

    static long wide(Map<String, String> fields, String name) {
        String text = text(fields, name);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new InvalidRequestException(name, text, "a number", e);
        }
    }

    static int number(Map<String, String> fields, String name) {
        long value = wide(fields, name);
        if (value != (int) value) {
            throw new InvalidRequestException(name, Long.toString(value), "a number of 32 bits");
        }
        return (int) value;
    }
}
