package io.enim.examples.agent.crash;

import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetworkNamespace;
import io.enim.netlink.NetworkStage;
import io.enim.spi.Device;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * What is so, read from the kernel and from files, past the manager.
 *
 * @param devices where each MAC is seen, home and sandboxes
 * @param cloud the ENIs the cloud has
 * @param ledger the assignments on disk
 */
record Facts(Map<String, List<Seen>> devices, List<CloudEni> cloud, List<Record> ledger) {
    static final String HOME = "home";

    /** A device in a place. */
    record Seen(String place, Device device) {}

    /** An ENI in the cloud's file. */
    record CloudEni(String id, String mac, boolean attached) {}

    /** An assignment in the ledger's file. */
    record Record(String endpoint, String eni, String mac, String phase, String sandbox) {}

    static Facts read(NetworkStage stage, Path cloudFile, Path runDirectory) {
        return new Facts(devices(stage), cloud(cloudFile), ledger(runDirectory.resolve("assignments")));
    }

    private static Map<String, List<Seen>> devices(NetworkStage stage) {
        Map<String, List<Seen>> found = new HashMap<>();
        try (NetworkNamespace home = stage.home()) {
            collect(HOME, home, found);
        }
        for (String name : stage.names()) {
            if (!name.startsWith("vpc-")) {
                try (NetworkNamespace namespace = stage.open(name)) {
                    collect(name, namespace, found);
                }
            }
        }
        return found;
    }

    private static void collect(String place, NetworkNamespace namespace, Map<String, List<Seen>> into) {
        for (Device device : namespace.devices()) {
            into.computeIfAbsent(device.identity().toString(), mac -> new ArrayList<>())
                    .add(new Seen(place, device));
        }
    }

    private static List<CloudEni> cloud(Path file) {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return properties.stringPropertyNames().stream()
                .filter(key -> key.endsWith("/mac"))
                .map(key -> key.substring(0, key.indexOf('/')))
                .map(id -> new CloudEni(
                        id,
                        properties.getProperty(id + "/mac"),
                        properties.getProperty(id + "/state").equals("IN_USE")))
                .toList();
    }

    /** The cloud has that ENI no more. */
    static void forget(Path cloudFile, String id) {
        Properties properties = new Properties();
        try {
            try (Reader reader = Files.newBufferedReader(cloudFile)) {
                properties.load(reader);
            }
            properties.keySet().removeIf(key -> key.toString().startsWith(id + "/"));
            try (Writer writer = Files.newBufferedWriter(cloudFile)) {
                properties.store(writer, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Record> ledger(Path directory) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<Record> records = new ArrayList<>();
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".rec")).toList()) {
                Map<String, String> fields = new HashMap<>();
                Files.readAllLines(file).stream()
                        .map(line -> line.split("=", 2))
                        .filter(parts -> parts.length == 2)
                        .forEach(parts -> fields.put(parts[0], parts[1]));
                Path sandbox = Path.of(fields.getOrDefault("sandbox.path", "-"));
                records.add(new Record(
                        fields.getOrDefault("endpoint.name", "?"),
                        fields.getOrDefault("eni.id", "?"),
                        fields.getOrDefault("eni.mac", "?"),
                        fields.getOrDefault("phase", "?"),
                        sandbox.getFileName().toString()));
            }
            return records;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether every attached ENI's device is somewhere. */
    boolean hardwareIsThere() {
        return cloud.stream().filter(CloudEni::attached).allMatch(eni -> devices.containsKey(eni.mac()));
    }

    /** Facts while things move: a namespace may end between its listing and its opening. */
    static boolean isPassing(RuntimeException e) {
        return e instanceof NetlinkException || e instanceof UncheckedIOException;
    }
}
