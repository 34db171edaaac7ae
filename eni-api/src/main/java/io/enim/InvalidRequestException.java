// SPDX-License-Identifier: Apache-2.0
package io.enim;

import org.jspecify.annotations.Nullable;

/** A value that is never valid; nothing was changed. Repeating the call does not help. */
public final class InvalidRequestException extends EniException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 120;

    private final String field;
    private final String value;

    /**
     * Describes the invalid value.
     *
     * @param value the value; shown shortened and with control characters replaced
     * @param rule the rule it breaks
     */
    public InvalidRequestException(String field, String value, String rule) {
        this(field, value, rule, null);
    }

    /** As above, with a cause. */
    public InvalidRequestException(String field, String value, String rule, @Nullable Throwable cause) {
        super("invalid " + field + " '" + printable(value) + "': " + rule, cause, false);
        this.field = field;
        this.value = printable(value);
    }

    /** The name of the field. */
    public String field() {
        return field;
    }

    /** The invalid value, shortened and printable. */
    public String value() {
        return value;
    }

    private static String printable(String value) {
        String shown = value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
        return shown.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?");
    }
}
