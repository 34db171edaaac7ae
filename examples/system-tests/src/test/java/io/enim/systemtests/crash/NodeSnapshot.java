package io.enim.systemtests.crash;

import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
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
 * @param devices where each MAC is seen, host and sandboxes
 * @param cloud the ENIs the cloud has
 * @param ledger the assignments on disk
 */
public record NodeSnapshot(
        Map<String, List<LocatedDevice>> devices, List<CloudFileEni> cloud, List<LedgerRecord> ledger) {
    static final String HOST = "host";

    /** A device in a place. */
    record LocatedDevice(String place, Device device) {}

    /** An ENI in the cloud's file. */
    record CloudFileEni(String id, String mac, boolean attached) {}

    /** An assignment in the ledger's file. */
    record LedgerRecord(String endpoint, String eni, String mac, String phase, String sandbox) {}

    static NodeSnapshot read(NetworkTestbed stage, Path cloudFile, Path runDirectory) {
        return new NodeSnapshot(devices(stage), cloud(cloudFile), ledger(runDirectory.resolve("assignments")));
    }

    private static Map<String, List<LocatedDevice>> devices(NetworkTestbed stage) {
        Map<String, List<LocatedDevice>> found = new HashMap<>();
        try (TestbedNamespace host = stage.host()) {
            collect(HOST, host, found);
        }
        for (String name : stage.names()) {
            if (!name.startsWith("vpc-")) {
                try (TestbedNamespace namespace = stage.open(name)) {
                    collect(name, namespace, found);
                }
            }
        }
        return found;
    }

    private static void collect(String place, TestbedNamespace namespace, Map<String, List<LocatedDevice>> into) {
        for (Device device : namespace.devices()) {
            into.computeIfAbsent(device.identity().toString(), mac -> new ArrayList<>())
                    .add(new LocatedDevice(place, device));
        }
    }

    static List<CloudFileEni> cloud(Path file) {
        Properties properties = load(file);
        return properties.stringPropertyNames().stream()
                .filter(key -> key.endsWith("/mac"))
                .map(key -> key.substring(0, key.indexOf('/')))
                .map(id -> new CloudFileEni(
                        id,
                        properties.getProperty(id + "/mac"),
                        properties.getProperty(id + "/state").equals("IN_USE")))
                .toList();
    }

    /** The cloud has that ENI no more. */
    static void removeFromCloud(Path cloudFile, String id) {
        Properties properties = load(cloudFile);
        properties.keySet().removeIf(key -> key.toString().startsWith(id + "/"));
        try (Writer writer = Files.newBufferedWriter(cloudFile)) {
            properties.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fake cloud's state file; empty when there is none. */
    public static Properties load(Path cloudFile) {
        Properties properties = new Properties();
        if (Files.exists(cloudFile)) {
            try (Reader reader = Files.newBufferedReader(cloudFile)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return properties;
    }

    private static List<LedgerRecord> ledger(Path directory) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<LedgerRecord> records = new ArrayList<>();
            for (Path file : files.filter(file -> file.toString().matches(".*\\.(rec|new)"))
                    .toList()) {
                Map<String, String> fields = new HashMap<>();
                Files.readAllLines(file).stream()
                        .map(line -> line.split("=", 2))
                        .filter(parts -> parts.length == 2)
                        .forEach(parts -> fields.put(parts[0], parts[1]));
                Path sandbox = Path.of(fields.getOrDefault("sandbox.path", "-"));
                records.add(new LedgerRecord(
                        fields.getOrDefault("endpoint.name", "?"),
                        fields.getOrDefault("eni.id", "?"),
                        fields.getOrDefault("eni.mac", "?"),
                        file.toString().endsWith(".new") ? "ADDING" : fields.getOrDefault("phase", "?"),
                        sandbox.getFileName().toString()));
            }
            return records;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
