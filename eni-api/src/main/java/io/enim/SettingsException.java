// SPDX-License-Identifier: Apache-2.0
package io.enim;

import org.jspecify.annotations.Nullable;

/** A setting is unknown or invalid, or what it names cannot be found. The message names the key. */
public final class SettingsException extends EniException {
    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * Describes the setting.
     *
     * @param detail its value, the rule, and the next step
     */
    public SettingsException(String key, String detail, @Nullable Throwable cause) {
        super("setting " + PrintableText.brief(key) + ": " + detail, cause, false);
        this.key = key;
    }

    /** As above, without cause. */
    public SettingsException(String key, String detail) {
        this(key, detail, null);
    }

    /** The key as it would be written. */
    public String key() {
        return key;
    }
}
