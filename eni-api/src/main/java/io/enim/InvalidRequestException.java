// SPDX-License-Identifier: Apache-2.0
package io.enim;

import org.jspecify.annotations.Nullable;

/** A value that is never valid; nothing was changed. Repeating the call does not help. */
public final class InvalidRequestException extends EniException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String value;

    /**
     * Describes the invalid value.
     *
     * @param value the value; shown as {@link PrintableText#brief} does
     * @param rule the rule it breaks
     */
    public InvalidRequestException(String field, String value, String rule) {
        this(field, value, rule, null);
    }

    /** As above, with a cause. */
    public InvalidRequestException(String field, String value, String rule, @Nullable Throwable cause) {
        super("invalid " + field + " '" + PrintableText.brief(value) + "': " + rule, cause, false);
        this.field = field;
        this.value = PrintableText.brief(value);
    }

    /** The name of the field. */
    public String field() {
        return field;
    }

    /** The invalid value, shortened and printable. */
    public String value() {
        return value;
    }
}
