// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.bce;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The parameters of an address. A name without {@code =}, which is how BCE writes an action, has an empty value. */
record QueryString(Map<String, String> parameters) {
    static QueryString of(URI address) {
        Map<String, String> parameters = new LinkedHashMap<>();
        String raw = address.getRawQuery();
        for (String each : raw == null || raw.isEmpty() ? new String[0] : raw.split("&")) {
            String[] parts = each.split("=", 2);
            parameters.put(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
        }
        return new QueryString(parameters);
    }

    private static String decoded(String text) {
        // A plus is a plus: BCE writes blanks as %20.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    boolean has(String name) {
        return parameters.containsKey(name);
    }

    String get(String name) {
        return parameters.getOrDefault(name, "");
    }

    String require(String name) {
        String value = get(name);
        BceError.require(!value.isEmpty(), "The param " + name + " is required");
        return value;
    }
}
