package io.enim;

import org.jspecify.annotations.Nullable;

/** A value that can never be right; nothing was changed. Repeating the call does not help. */
public final class InvalidRequestException extends EniException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 120;

    private final String field;
    private final String value;

    /**
     * Describes the value that was refused.
     *
     * @param field what was refused
     * @param value its value; shown shortened and with control characters replaced
     * @param rule the rule it breaks
     */
    public InvalidRequestException(String field, String value, String rule) {
        this(field, value, rule, null);
    }

    /** As above, with the error that revealed it. */
    public InvalidRequestException(String field, String value, String rule, @Nullable Throwable cause) {
        super("invalid " + field + " '" + printable(value) + "': " + rule, cause);
        this.field = field;
        this.value = printable(value);
    }

    /** What was refused. */
    public String field() {
        return field;
    }

    /** The value that was refused, shortened and printable. */
    public String value() {
        return value;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }

    private static String printable(String value) {
        String shown = value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
        return shown.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
