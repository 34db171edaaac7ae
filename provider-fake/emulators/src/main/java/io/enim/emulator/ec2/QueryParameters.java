// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.ec2;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The parameters of a request in EC2's Query protocol: names with dots and numbers make lists and structures. */
final class QueryParameters {
    private final Map<String, String> parameters;

    private QueryParameters(Map<String, String> parameters) {
        this.parameters = parameters;
    }

    /** Reads a form body. */
    static QueryParameters parse(String form) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : form.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return new QueryParameters(parameters);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    String action() {
        return parameters.getOrDefault("Action", "");
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    String textOrEmpty(String name) {
        return parameters.getOrDefault(name, "");
    }

    String require(String name) {
        String missing = "The request must contain the parameter " + name;
        return text(name).orElseThrow(() -> Ec2Error.refused("MissingParameter", missing));
    }

    int number(String name, int otherwise) {
        return text(name).map(text -> parse(name, text)).orElse(otherwise);
    }

    int requireNumber(String name) {
        return parse(name, require(name));
    }

    private static int parse(String name, String text) {
        if (!text.matches("-?\\d{1,9}")) {
            throw Ec2Error.invalid("Value (" + text + ") for parameter " + name + " is invalid. Expected: 'Integer'.");
        }
        return Integer.parseInt(text);
    }

    /** The values {@code name.1}, {@code name.2} and so on. */
    List<String> list(String name) {
        return numbered(name, number -> require(name + "." + number));
    }

    /** Filters by name, each with its alternative values. */
    Map<String, List<String>> filters() {
        Map<String, List<String>> filters = new LinkedHashMap<>();
        numbered("Filter", n -> filters.put(require("Filter." + n + ".Name"), list("Filter." + n + ".Value")));
        return filters;
    }

    /** The tags given for a kind of resource. */
    Map<String, String> tags(String resourceType) {
        Map<String, String> tags = new LinkedHashMap<>();
        numbered("TagSpecification", spec -> {
            String tag = "TagSpecification." + spec + ".Tag";
            boolean isAskedFor = resourceType.equals(require("TagSpecification." + spec + ".ResourceType"));
            return isAskedFor
                    ? numbered(
                            tag, n -> tags.put(require(tag + "." + n + ".Key"), textOrEmpty(tag + "." + n + ".Value")))
                    : List.of();
        });
        return tags;
    }

    /** What is compared when a client token comes again. */
    Map<String, String> intent() {
        Map<String, String> intent = new LinkedHashMap<>(parameters);
        intent.keySet().removeAll(Set.of("Action", "Version", "ClientToken"));
        return intent;
    }

    /** The parameters as they came, decoded, one on a line. */
    @Override
    public String toString() {
        return parameters.entrySet().stream().map(Object::toString).collect(Collectors.joining("\n"));
    }

    private <T> List<T> numbered(String name, Function<Integer, T> read) {
        Pattern numbered = Pattern.compile(Pattern.quote(name) + "\\.(\\d{1,6})(\\..*)?");
        return parameters.keySet().stream()
                .map(numbered::matcher)
                .filter(Matcher::matches)
                .map(key -> Integer.valueOf(key.group(1)))
                .distinct()
                .sorted()
                .map(read)
                .toList();
    }
}
