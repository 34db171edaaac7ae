// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import io.enim.PrintableText;

/** Makes texts of callers short and printable, for messages. */
public final class Printable {
    private static final int LENGTH = 80;

    private Printable() {}

    /** The text on one line, shortened if it is long. */
    public static String of(String text) {
        return PrintableText.of(text.length() > LENGTH ? text.substring(0, LENGTH) + "…" : text);
    }
}
