// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.host;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The interfaces of a host, from the files under its {@code /proc} and {@code /sys}. */
record HostInterfaces(Path proc, Path sys) {
    private record DefaultRoute(String device, long metric) {}

    /** The interface of the best default route, and those that it consists of, like the members of a bond; none without one. */
    List<String> own() throws IOException {
        Optional<String> device;
        try {
            device = best(ipv4Defaults()).or(() -> best(ipv6Defaults()));
        } catch (NumberFormatException e) {
            throw new IOException("a route under " + proc.resolve("net") + " has no metric", e);
        }
        List<String> own = new ArrayList<>();
        device.ifPresent(own::add);
        for (int i = 0; i < own.size(); i++) {
            own.addAll(lowerOf(own.get(i)));
        }
        return List.copyOf(own);
    }

    private static Optional<String> best(List<DefaultRoute> routes) {
        return routes.stream()
                .min(Comparator.comparingLong(DefaultRoute::metric))
                .map(DefaultRoute::device);
    }

    /** Lines of {@code Iface Destination Gateway Flags RefCnt Use Metric Mask}. */
    private List<DefaultRoute> ipv4Defaults() {
        return lines("net/route").stream()
                .map(line -> line.split("\\s+"))
                .filter(field -> field.length > 7 && field[1].equals("00000000") && field[7].equals("00000000"))
                .map(field -> new DefaultRoute(field[0], Long.parseLong(field[6])))
                .toList();
    }

    /** Lines of destination, its length, source, its length, gateway, metric, two counters, flags, device. */
    private List<DefaultRoute> ipv6Defaults() {
        return lines("net/ipv6_route").stream()
                .map(line -> line.split("\\s+"))
                .filter(field -> field.length > 9 && field[1].equals("00") && !field[9].equals("lo"))
                .map(field -> new DefaultRoute(field[9], Long.parseLong(field[5], 16)))
                .toList();
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(proc.resolve(file), StandardCharsets.ISO_8859_1); // Names are any bytes.
        } catch (IOException e) {
            return List.of(); // This kernel runs without that family.
        }
    }

    private List<String> lowerOf(String name) {
        // A File, unlike a Path, takes any name.
        String[] files = new File(sys.resolve("class/net").toFile(), name).list();
        return files == null
                ? List.of()
                : Stream.of(files)
                        .filter(file -> file.startsWith("lower_"))
                        .map(file -> file.substring("lower_".length()))
                        .sorted()
                        .toList();
    }

    /** The NICs that are up: the host's own, or ENIs that its software configured. */
    List<String> nicsThatAreUp() throws IOException {
        Path all = sys.resolve("class/net");
        if (!Files.isDirectory(all)) {
            return List.of(); // An image that is built.
        }
        try (Stream<Path> devices = Files.list(all)) {
            return devices.filter(device -> Files.exists(device.resolve("device")))
                    .filter(HostInterfaces::isUp)
                    .map(device -> device.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private static boolean isUp(Path device) {
        try {
            return (Integer.decode(Files.readString(device.resolve("flags")).strip()) & 1) != 0;
        } catch (IOException e) {
            return false; // It was taken out.
        }
    }
}
