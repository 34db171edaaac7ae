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
        if (raw != null && !raw.isEmpty()) {
            for (String each : raw.split("&")) {
                int equals = each.indexOf('=');
                String name = equals < 0 ? each : each.substring(0, equals);
                parameters.put(decoded(name), equals < 0 ? "" : decoded(each.substring(equals + 1)));
            }
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
        if (value.isEmpty()) {
            throw new BceError(400, "BadRequest", "The param " + name + " is required");
        }
        return value;
    }
}
