package io.enim.systemtests.install;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A YAML file of the agent's deployment, or an object in one. Immutable. */
record Manifest(Map<String, Object> fields) {
    static final Path PROJECT = Path.of(System.getProperty("enim.root", "../.."));
    static final Path DIRECTORY = PROJECT.resolve("examples/agent/package/deploy");

    /** Reads a file, in which no key may stand twice. */
    static Manifest read(String file) throws IOException {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        try (Reader reader = Files.newBufferedReader(DIRECTORY.resolve(file))) {
            Map<String, Object> fields = new Yaml(new SafeConstructor(strict)).load(reader);
            return new Manifest(fields);
        }
    }

    /** The object at a path of keys, with dots between them; empty where there is none. */
    @SuppressWarnings("unchecked") // What the YAML reader makes of an object.
    Manifest at(String path) {
        Map<String, Object> found = fields;
        for (String key : path.split("\\.")) {
            found = (Map<String, Object>) found.getOrDefault(key, Map.of());
        }
        return new Manifest(found);
    }

    /** The objects of a list; empty where there is none. */
    @SuppressWarnings("unchecked")
    List<Manifest> list(String key) {
        List<Manifest> found = new ArrayList<>();
        for (Object each : (List<Object>) fields.getOrDefault(key, List.of())) {
            found.add(new Manifest((Map<String, Object>) each));
        }
        return found;
    }

    /** The words of a list; empty where there is none. */
    @SuppressWarnings("unchecked")
    List<String> words(String key) {
        return ((List<Object>) fields.getOrDefault(key, List.of()))
                .stream().map(Object::toString).toList();
    }

    boolean has(String key) {
        return fields.containsKey(key);
    }

    /** A value as text; empty where there is none. */
    String text(String key) {
        return fields.getOrDefault(key, "").toString();
    }

    boolean isTrue(String key) {
        return Boolean.TRUE.equals(fields.get(key));
    }
}
