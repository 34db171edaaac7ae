// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Text of another party (a kernel, a cloud, a tenant) as it may be shown: in a log line, a message, a table, on a
 * terminal. Such a text can hold line breaks and escape sequences. Thread-safe; never blocks.
 */
public final class PrintableText {
    private static final int BRIEF = 120;
    private static final int MESSAGE = 4096;

    private PrintableText() {}

    /** A value for a message: as {@link #of(String)}, and no more than 120 characters of it. */
    public static String brief(String text) {
        return of(text, BRIEF);
    }

    /** A whole message: as {@link #of(String)}, and no more than 4096 characters of it. */
    public static String message(String text) {
        return of(text, MESSAGE);
    }

    /** As {@link #of(String)}, and no more than so many characters of it; an ellipsis stands for the rest. */
    public static String of(String text, int longest) {
        return of(text.length() > longest ? text.substring(0, longest) + "…" : text);
    }

    /**
     * The text on one line, without anything that a terminal or a log reader would act on: control characters, line
     * separators, marks that turn the direction of writing, and halves of surrogate pairs are written as {@code \}{@code
     * uXXXX}. A text without them is returned as it is.
     */
    public static String of(String text) {
        requireNonNull(text, "text");
        if (text.codePoints().allMatch(PrintableText::isShown)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (isShown(c)) {
                shown.appendCodePoint(c);
            } else {
                shown.append("\\u").append("%04x".formatted(c));
            }
        });
        return shown.toString();
    }

    /** Each of the texts as {@link #of(String)} shows it; an immutable list. */
    public static List<String> of(List<String> texts) {
        return texts.stream().map(PrintableText::of).toList();
    }

    private static boolean isShown(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
