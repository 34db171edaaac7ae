// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake;

import io.enim.EniAddress;
import io.enim.IpLiteral;
import io.enim.MacAddress;
import io.enim.SettingsException;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedEni.Attachment;
import io.enim.provider.fake.region.SimulatedEni.State;
import io.enim.provider.fake.region.SimulatedRegion;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * Keeps the fake cloud's ENIs when the process ends, as a real cloud does: all in one properties file, replaced by
 * rename. Guarded by the region.
 */
final class FakeCloudState {
    /** The key of the count of ENIs ever made; no ENI has this id. */
    private static final String MADE = "made";

    private final Path file;
    private long made;

    FakeCloudState(Path file) {
        this.file = file;
    }

    void write(List<SimulatedEni> enis) {
        Properties properties = new Properties();
        for (SimulatedEni eni : enis) {
            put(properties, eni);
            made = Math.max(made, SimulatedRegion.serial(eni.mac()));
        }
        properties.setProperty(MADE, Long.toString(made));
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (Writer writer = Files.newBufferedWriter(temporary)) {
                properties.store(writer, "the fake cloud's ENIs");
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("write the fake cloud's state to " + file, e);
        }
    }

    private static void put(Properties properties, SimulatedEni eni) {
        String id = eni.id() + "/";
        properties.setProperty(id + "mac", eni.mac().toString());
        properties.setProperty(id + "subnet", eni.subnetId());
        properties.setProperty(id + "state", eni.state().name());
        properties.setProperty(id + "token", eni.token());
        properties.setProperty(id + "created", eni.created().toString());
        eni.ipv4().ifPresent(address -> properties.setProperty(id + "ipv4", text(address)));
        eni.ipv6().ifPresent(address -> properties.setProperty(id + "ipv6", text(address)));
        eni.tags().forEach((key, value) -> properties.setProperty(id + "tag/" + key, value));
        eni.attachment().ifPresent(at -> {
            properties.setProperty(id + "at/id", at.id());
            properties.setProperty(id + "at/instance", at.instanceId());
            properties.setProperty(id + "at/number", Integer.toString(at.number()));
            properties.setProperty(id + "at/ends", Boolean.toString(at.deleteOnTermination()));
        });
    }

    private static String text(EniAddress address) {
        return IpLiteral.format(address.address()) + " " + address.subnet() + " " + IpLiteral.format(address.gateway());
    }

    /** How many ENIs were ever made, those deleted since included. */
    long made() {
        return made;
    }

    /** The ENIs of the file; none where there is no file. */
    List<SimulatedEni> read() {
        if (!Files.exists(file)) {
            return List.of();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            made = Long.parseLong(properties.getProperty(MADE, "0"));
            List<SimulatedEni> enis = new ArrayList<>();
            for (String key : properties.stringPropertyNames()) {
                if (key.endsWith("/mac")) {
                    enis.add(eni(key.substring(0, key.length() - "/mac".length()), properties));
                }
            }
            return enis;
        } catch (IOException | RuntimeException e) {
            throw new SettingsException(
                    "enim.provider.fake.state-file",
                    file + " is not a state file of the fake cloud; remove it to start with no ENIs",
                    e);
        }
    }

    private static SimulatedEni eni(String id, Properties all) {
        Map<String, String> fields = below(id + "/", all);
        Optional<Attachment> attachment = Optional.ofNullable(fields.get("at/instance"))
                .map(instance -> new Attachment(
                        fields.getOrDefault("at/id", ""),
                        instance,
                        Integer.parseInt(fields.getOrDefault("at/number", "0")),
                        Boolean.parseBoolean(fields.get("at/ends"))));
        return new SimulatedEni(
                id,
                MacAddress.parse(fields.getOrDefault("mac", "")),
                fields.getOrDefault("subnet", ""),
                address(fields, "ipv4"),
                address(fields, "ipv6"),
                State.valueOf(fields.getOrDefault("state", "")),
                attachment,
                below(id + "/tag/", all),
                fields.getOrDefault("token", id),
                Instant.parse(fields.getOrDefault("created", "")));
    }

    private static Map<String, String> below(String prefix, Properties all) {
        return all.stringPropertyNames().stream()
                .filter(key -> key.startsWith(prefix))
                .collect(Collectors.toMap(key -> key.substring(prefix.length()), all::getProperty));
    }

    private static Optional<EniAddress> address(Map<String, String> fields, String name) {
        return Optional.ofNullable(fields.get(name)).map(text -> {
            String[] parts = text.split(" ", -1);
            return EniAddress.parse(parts[0], parts[1], parts[2]);
        });
    }
}
