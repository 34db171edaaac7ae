package io.enim.emulator.ec2;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

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
        return text(name)
                .orElseThrow(
                        () -> Ec2Error.refused("MissingParameter", "The request must contain the parameter " + name));
    }

    int number(String name, int otherwise) {
        return text(name).map(text -> parse(name, text)).orElse(otherwise);
    }

    int requireNumber(String name) {
        return parse(name, require(name));
    }

    private static int parse(String name, String text) {
        if (!text.matches("-?\\d{1,9}")) {
            throw Ec2Error.refused(
                    "InvalidParameterValue",
                    "Value (" + text + ") for parameter " + name + " is invalid. Expected: 'Integer'.");
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
        numbered(
                "Filter",
                number -> filters.put(require("Filter." + number + ".Name"), list("Filter." + number + ".Value")));
        return filters;
    }

    /** The tags given for a kind of resource. */
    Map<String, String> tags(String resourceType) {
        Map<String, String> tags = new LinkedHashMap<>();
        numbered("TagSpecification", number -> {
            String prefix = "TagSpecification." + number;
            if (resourceType.equals(require(prefix + ".ResourceType"))) {
                numbered(
                        prefix + ".Tag",
                        tag -> tags.put(
                                require(prefix + ".Tag." + tag + ".Key"),
                                textOrEmpty(prefix + ".Tag." + tag + ".Value")));
            }
            return prefix;
        });
        return tags;
    }

    /** What is compared when a client token comes again. */
    Map<String, String> intent() {
        Map<String, String> intent = new LinkedHashMap<>(parameters);
        intent.keySet().removeAll(Set.of("Action", "Version", "ClientToken"));
        return intent;
    }

    private <T> List<T> numbered(String name, Function<Integer, T> read) {
        Set<Integer> numbers = new TreeSet<>();
        String prefix = name + ".";
        for (String key : parameters.keySet()) {
            if (key.startsWith(prefix)) {
                String rest = key.substring(prefix.length());
                String number = rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest;
                if (number.matches("\\d{1,6}")) {
                    numbers.add(Integer.valueOf(number));
                }
            }
        }
        List<T> items = new ArrayList<>();
        numbers.forEach(number -> items.add(read.apply(number)));
        return items;
    }
}
