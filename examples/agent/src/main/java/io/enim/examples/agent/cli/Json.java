package io.enim.examples.agent.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The agent's answers, read leniently: a field that is not there is empty. */
final class Json {
    private Json() {}

    static Node object(String text) throws IOException {
        return new Node(JSON.std.mapFrom(text));
    }

    static List<Node> array(String text) throws IOException {
        return JSON.std.listFrom(text).stream().map(Node::of).toList();
    }

    /** An object of an answer. */
    record Node(Map<?, ?> map) {
        private static Node of(Object value) {
            return value instanceof Map<?, ?> map ? new Node(map) : new Node(Map.of());
        }

        String text(String key) {
            return Optional.ofNullable(map.get(key)).map(Object::toString).orElse("");
        }

        Node node(String key) {
            return Optional.ofNullable(map.get(key)).map(Node::of).orElse(new Node(Map.of()));
        }

        List<Node> nodes(String key) {
            return map.get(key) instanceof List<?> list
                    ? list.stream().map(Node::of).toList()
                    : List.of();
        }

        List<String> texts(String key) {
            return map.get(key) instanceof List<?> list
                    ? list.stream().map(String::valueOf).toList()
                    : List.of();
        }

        /** {@code namespace/name}, and the interface where it is not the usual one. */
        String endpoint() {
            String name = text("namespace") + "/" + text("name");
            return text("interface").isEmpty() || text("interface").equals("eth0")
                    ? name
                    : name + " " + text("interface");
        }
    }
}
