package io.enim.emulator.bce;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON, as much as the stand-in speaks: objects are maps, arrays are lists, then texts, numbers and truth values. Kept
 * here so that the fake needs no library that a user's own might clash with.
 */
final class Json {
    private static final int DEEPEST = 32;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /**
     * Reads an object.
     *
     * @throws IllegalArgumentException it is none
     */
    static Map<?, ?> object(String text) {
        Json reader = new Json(text);
        Object value = reader.value(0);
        reader.blanks();
        if (reader.at < text.length() || !(value instanceof Map<?, ?> object)) {
            throw reader.malformed();
        }
        return object;
    }

    private @Nullable Object value(int depth) {
        blanks();
        if (depth > DEEPEST || at >= text.length()) {
            throw malformed();
        }
        char begin = text.charAt(at);
        if (begin == '{') {
            return members(depth);
        }
        if (begin == '[') {
            return items(depth);
        }
        if (begin == '"') {
            return string();
        }
        int from = at;
        while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(from, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> null;
            default -> number(word);
        };
    }

    private Object number(String word) {
        if (!word.matches("-?\\d{1,18}(\\.\\d{1,18})?([eE][+-]?\\d{1,3})?")) {
            throw malformed();
        }
        return word.matches("-?\\d+") ? (Object) Long.valueOf(word) : (Object) Double.valueOf(word);
    }

    private Map<String, Object> members(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        while (!ends('}')) {
            blanks();
            String name = string();
            take(':');
            Object value = value(depth + 1);
            if (value != null) {
                members.put(name, value);
            }
            separate('}');
        }
        return members;
    }

    private List<Object> items(int depth) {
        List<Object> items = new ArrayList<>();
        at++;
        while (!ends(']')) {
            Object value = value(depth + 1);
            if (value != null) {
                items.add(value);
            }
            separate(']');
        }
        return items;
    }

    private boolean ends(char end) {
        blanks();
        if (at < text.length() && text.charAt(at) == end) {
            at++;
            return true;
        }
        return false;
    }

    private void separate(char end) {
        blanks();
        if (at >= text.length() || text.charAt(at) != end) {
            take(',');
            blanks();
            if (at < text.length() && text.charAt(at) == end) {
                throw malformed();
            }
        }
    }

    private void take(char wanted) {
        blanks();
        if (at >= text.length() || text.charAt(at) != wanted) {
            throw malformed();
        }
        at++;
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private String string() {
        take('"');
        StringBuilder read = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char next = text.charAt(at++);
            if (next < ' ') {
                throw malformed();
            }
            read.append(next == '\\' ? escaped() : next);
        }
        take('"');
        return read.toString();
    }

    private char escaped() {
        char kind = at < text.length() ? text.charAt(at++) : ' ';
        int plain = "\"\\/bfnrt".indexOf(kind);
        if (plain >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(plain);
        }
        if (kind != 'u' || at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
            throw malformed();
        }
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    private IllegalArgumentException malformed() {
        return new IllegalArgumentException("malformed JSON at character " + at);
    }

    /** Writes a value. */
    static String text(@Nullable Object value) {
        StringBuilder written = new StringBuilder();
        write(written, value);
        return written.toString();
    }

    private static void write(StringBuilder out, @Nullable Object value) {
        if (value instanceof Map<?, ?> object) {
            String separator = "{";
            for (Map.Entry<?, ?> member : object.entrySet()) {
                out.append(separator);
                quote(out, String.valueOf(member.getKey()));
                out.append(':');
                write(out, member.getValue());
                separator = ",";
            }
            out.append(object.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> items) {
            String separator = "[";
            for (Object item : items) {
                out.append(separator);
                write(out, item);
                separator = ",";
            }
            out.append(items.isEmpty() ? "[]" : "]");
        } else if (value instanceof Number || value instanceof Boolean || value == null) {
            out.append(value);
        } else {
            quote(out, value.toString());
        }
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (char each : text.toCharArray()) {
            if (each == '"' || each == '\\') {
                out.append('\\').append(each);
            } else if (each < ' ' || each > '~') {
                out.append(String.format("\\u%04x", (int) each));
            } else {
                out.append(each);
            }
        }
        out.append('"');
    }
}
