// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A file in which the host's software says what it does with a device. */
final class RunFile {
    private RunFile() {}

    /** Its lines of key and value; none when the file is missing or not readable. */
    static Map<String, String> read(Path file) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.indexOf('=') > 0 && !line.startsWith("#"))
                    .map(line -> line.split("=", 2))
                    .collect(Collectors.toMap(pair -> pair[0].strip(), pair -> pair[1].strip(), (one, last) -> last));
        } catch (IOException | UncheckedIOException e) {
            // That software is not installed or does not manage the device, or this user may not read its files.
            return Map.of();
        }
    }
}
