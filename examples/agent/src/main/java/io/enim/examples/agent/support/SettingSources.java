// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.support;

import io.enim.examples.agent.config.ShownSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The settings' file and the environment, and what of them is secret. */
final class SettingSources {
    private static final Pattern DEFINITION = Pattern.compile("-D([^=\\s]+)=\\S*");
    private static final int LONGEST_SECRET_FILE = 16 << 10;

    private final Map<String, String> ofFile = new TreeMap<>();
    private final Map<String, String> environment;
    private final Optional<Path> file;
    private String failure = "";

    SettingSources(Optional<Path> file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
        file.ifPresent(this::read);
    }

    private void read(Path path) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            failure = "not read: " + e;
        }
        properties.forEach((key, text) -> ofFile.put((String) key, ((String) text).strip()));
    }

    /** The value of a setting in the file. */
    Optional<String> value(String key) {
        return Optional.ofNullable(ofFile.get(key));
    }

    /** Tells the values that are not shown, those of all variables that sound secret, and what files of secrets hold. */
    void tell(Redaction redaction) {
        ofFile.forEach((key, text) -> tell(redaction, key, text));
        environment.forEach((name, text) -> {
            if (name.startsWith("ENIM_")) {
                tell(redaction, ShownSettings.keyOf(name), text);
            } else if (ShownSettings.isSecret(name)) {
                redaction.add(text);
            }
        });
    }

    private static void tell(Redaction redaction, String key, String text) {
        if (key.endsWith("-file") && (ShownSettings.isSecret(key))) {
            tellFile(redaction, text);
        } else if (!ShownSettings.isShown(key) && !key.startsWith("ENIM_")) {
            redaction.add(text);
        } else if (ShownSettings.isSecret(key)) {
            redaction.add(text);
        }
    }

    /** Each line, and of a line {@code key=value} the value. */
    private static void tellFile(Redaction redaction, String path) {
        try {
            Path file = Path.of(path);
            if (Files.isRegularFile(file) && Files.size(file) <= LONGEST_SECRET_FILE) {
                Files.readString(file, StandardCharsets.ISO_8859_1).lines().forEach(line -> {
                    redaction.add(line);
                    redaction.add(line.substring(line.indexOf('=') + 1));
                });
            }
        } catch (IOException | InvalidPathException e) {
            return; // What this process cannot read, it cannot put into the archive either.
        }
    }

    String fileText() throws IOException {
        if (file.isEmpty()) {
            throw new IOException("no file was named; name it with --config");
        }
        if (!failure.isEmpty()) {
            throw new IOException(file.get() + " " + failure);
        }
        return "# " + file.get() + "\n" + lines(ShownSettings.of(ofFile));
    }

    String environmentText() {
        Map<String, String> shown = new TreeMap<>();
        environment.forEach((name, text) -> {
            if (name.equals("ENIM_JAVA_OPTS")) {
                shown.put(name, DEFINITION.matcher(text).replaceAll("-D$1=" + ShownSettings.MASK));
            } else if (name.startsWith("ENIM_")) {
                boolean isPath = name.equals("ENIM_CONFIG") || name.equals("ENIM_SOCKET") || name.equals("ENIM_JAVA");
                shown.put(name, isPath || ShownSettings.isShown(ShownSettings.keyOf(name)) ? text : ShownSettings.MASK);
            }
        });
        return lines(shown);
    }

    private static String lines(Map<String, String> settings) {
        StringBuilder lines = new StringBuilder();
        settings.forEach(
                (key, text) -> lines.append(key).append('=').append(text).append('\n'));
        return lines.toString();
    }
}
