// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import io.enim.PrintableText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A JSON object with typed access to its fields; a wrong type is an error of code 7 that names the field. */
public final class JsonFields {
    private final String path;
    private final Map<String, Object> map;

    JsonFields(String path, Map<String, Object> map) {
        this.path = path;
        this.map = map;
    }

    public Map<String, Object> map() {
        return map;
    }

    /** The field's full path in the document. */
    String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    boolean has(String key) {
        return map.containsKey(key);
    }

    public Optional<String> text(String key) {
        return Optional.ofNullable(map.get(key)).map(value -> string(pathOf(key), value));
    }

    Optional<Integer> number(String key) {
        return Optional.ofNullable(map.get(key)).map(value -> {
            if (value instanceof Number number && number.doubleValue() == number.intValue()) {
                return number.intValue();
            }
            throw wrong(pathOf(key), "a whole number");
        });
    }

    Optional<Boolean> truth(String key) {
        return Optional.ofNullable(map.get(key)).map(value -> {
            if (value instanceof Boolean truth) {
                return truth;
            }
            throw wrong(pathOf(key), "true or false");
        });
    }

    /** Every other key is an error of code 7 that names them all, but for those of the runtime, {@code cni.dev/…}. */
    void requireOnly(Set<String> known) {
        List<String> unknown = map.keySet().stream()
                .filter(key -> !known.contains(key) && !key.startsWith("cni.dev/"))
                .map(this::pathOf)
                .sorted()
                .toList();
        if (!unknown.isEmpty()) {
            throw CniException.configuration(
                    "unknown " + PrintableText.brief(String.join(", ", unknown)), "known are " + new TreeSet<>(known));
        }
    }

    Optional<JsonFields> object(String key) {
        return Optional.ofNullable(map.get(key)).map(value -> fields(pathOf(key), value));
    }

    /** The objects of an array; empty if absent or null. */
    public List<JsonFields> objects(String key) {
        List<JsonFields> objects = new ArrayList<>();
        int index = 0;
        for (Object element : array(key)) {
            objects.add(fields(pathOf(key) + "[" + index++ + "]", element));
        }
        return objects;
    }

    /** The strings of an array; empty if absent or null. */
    List<String> texts(String key) {
        return array(key).stream()
                .map(element -> string(pathOf(key) + "[]", element))
                .toList();
    }

    private Collection<?> array(String key) {
        Object value = map.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof Collection<?> elements) {
            return elements;
        }
        throw wrong(pathOf(key), "an array");
    }

    private static String string(String where, Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(where, "a string");
    }

    @SuppressWarnings("unchecked") // JSON has no keys but strings.
    private static JsonFields fields(String where, Object value) {
        if (value instanceof Map<?, ?> object) {
            return new JsonFields(where, (Map<String, Object>) object);
        }
        throw wrong(where, "an object");
    }

    private static CniException wrong(String where, String expected) {
        return CniException.configuration(where + " is not " + expected, "");
    }

    /** The error for a field that this plugin does not support. */
    CniException unsupported(String key, String rule) {
        String value = PrintableText.brief(String.valueOf(map.get(key)));
        String message = "network configuration: " + pathOf(key) + " is '" + value + "'";
        return new CniException(CniErrorCode.UNSUPPORTED_FIELD, message, rule);
    }
}
