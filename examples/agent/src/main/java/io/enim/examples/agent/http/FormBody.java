// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import io.enim.PrintableText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.util.UrlEncoded;

/**
 * {@code application/x-www-form-urlencoded}, parsed by Jetty as ISO-8859-1, so that every byte of a value is one
 * character: a value need not be text.
 */
final class FormBody {
    private static final int UNLIMITED = -1; // The body was read within its limit.

    private final Map<String, String> fields = new HashMap<>();

    /** A malformed request, rejected without side effects. */
    static final class MalformedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    private FormBody() {}

    /** @throws MalformedException an escape is cut off or not hexadecimal, or a field occurs twice */
    static FormBody parse(byte[] body) {
        FormBody form = new FormBody();
        try {
            UrlEncoded.decode88591To(new ByteArrayInputStream(body), form::add, UNLIMITED, UNLIMITED);
            return form;
        } catch (IllegalArgumentException | IOException e) {
            throw new MalformedException(
                    "the form is not URL-encoded: " + PrintableText.brief(String.valueOf(e.getMessage())));
        }
    }

    private void add(String name, String value) {
        if (fields.putIfAbsent(name, value) != null) {
            throw new MalformedException("the form has the field '" + PrintableText.brief(name) + "' twice");
        }
    }

    byte[] bytes(String name) {
        return fields.getOrDefault(name, "").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The field as UTF-8 text; invalid bytes become U+FFFD, which no name and no path contains. */
    String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }
}
