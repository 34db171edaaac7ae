package io.enim.examples.agent.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The fields of a request. Not thread-safe. */
final class Form {
    private final StringBuilder text = new StringBuilder();

    Form with(String name, String value) {
        if (!value.isEmpty()) {
            text.append(text.isEmpty() ? "" : "&")
                    .append(name)
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
