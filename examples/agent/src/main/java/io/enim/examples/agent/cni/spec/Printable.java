package io.enim.examples.agent.cni.spec;

/** Makes texts of callers short and printable, for messages. */
public final class Printable {
    private static final int LENGTH = 80;

    private Printable() {}

    public static String of(String text) {
        return line(text.length() > LENGTH ? text.substring(0, LENGTH) + "…" : text);
    }

    /** The whole text, on one line. */
    public static String line(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().map(c -> Character.isISOControl(c) ? '?' : c).forEach(shown::appendCodePoint);
        return shown.toString();
    }
}
