// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of this process for a picture that is drawn again and again: its keys without Enter, its size, its second screen.
 * Ends as it began, also when a signal ends the process. One thread draws and reads; {@link #close} is safe beside it.
 *
 * <p>By {@code stty}, which every Linux has: the JDK knows no terminal.
 */
final class Terminal implements AutoCloseable {
    /** No key within the time. */
    static final int NO_KEY = -1;

    /** Columns and lines. */
    record Size(int columns, int lines) {
        static final Size USUAL = new Size(80, 24);
    }

    private static final Path DEVICE = Path.of("/dev/tty");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,5}) (\\d{1,5})\\s*");
    private static final String BEGIN =
            "\u001b[?1049h\u001b[?25l\u001b[?7l"; // second screen, no cursor, lines do not wrap
    private static final String END = "\u001b[?7h\u001b[?25h\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST_OF_SCREEN = "\u001b[J";

    private final PrintStream out;
    private final InputStream keys;
    private final String before;
    private final Thread restoring;
    private boolean closed;

    private Terminal(PrintStream out, InputStream keys, String before) {
        this.out = out;
        this.keys = keys;
        this.before = before;
        this.restoring = new Thread(this::restore, "enim-terminal");
    }

    /** Opens it for keys and pictures; empty where standard output is no terminal, or this process has none to read from. */
    static Optional<Terminal> open(PrintStream out) throws IOException {
        if (!isOutput()) {
            return Optional.empty();
        }
        InputStream keys;
        try {
            keys = new FileInputStream(DEVICE.toFile());
        } catch (IOException e) {
            return Optional.empty(); // No terminal controls this process.
        }
        Terminal terminal = new Terminal(out, keys, stty("-g").strip());
        Runtime.getRuntime().addShutdownHook(terminal.restoring);
        // A key ends a read at once, and so do 0.1 s without one. Ctrl-C stays a signal; Ctrl-Z would leave the second
        // screen.
        stty("-icanon", "-echo", "min", "0", "time", "1", "susp", "undef");
        out.print(BEGIN);
        out.flush();
        return Optional.of(terminal);
    }

    /** Whether standard output is a terminal. */
    static boolean isOutput() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false; // Not Linux.
        }
    }

    /** The size that the kernel knows; where standard output is no terminal, what {@code COLUMNS} and {@code LINES} say. */
    static Size size(Map<String, String> environment) {
        if (isOutput()) {
            try {
                Matcher size = SIZE.matcher(stty("size"));
                if (size.matches() && !size.group(2).equals("0")) {
                    return new Size(Integer.parseInt(size.group(2)), Math.max(1, Integer.parseInt(size.group(1))));
                }
            } catch (IOException e) {
                return fromEnvironment(environment); // No stty, or no terminal that controls this process.
            }
        }
        return fromEnvironment(environment);
    }

    private static Size fromEnvironment(Map<String, String> environment) {
        return new Size(
                number(environment.get("COLUMNS"), Size.USUAL.columns()),
                number(environment.get("LINES"), Size.USUAL.lines()));
    }

    private static int number(@Nullable String text, int otherwise) {
        return text != null && text.matches("[1-9]\\d{0,4}") ? Integer.parseInt(text) : otherwise;
    }

    /** Waits for a key for 0.1 s; {@link #NO_KEY} if none came. */
    int key() throws IOException {
        return keys.read();
    }

    /** Draws over what was there before, without a flicker. */
    void draw(List<String> lines) {
        StringBuilder picture = new StringBuilder(HOME);
        for (int i = 0; i < lines.size(); i++) {
            picture.append(i == 0 ? "" : "\r\n").append(lines.get(i)).append(REST_OF_LINE);
        }
        out.print(picture.append(REST_OF_SCREEN));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(restoring);
        } catch (IllegalStateException e) {
            return; // The process ends by a signal.
        } finally {
            keys.close();
        }
    }

    private synchronized void restore() {
        if (closed) {
            return;
        }
        closed = true;
        out.print(END);
        out.flush();
        try {
            stty(before);
        } catch (IOException e) {
            out.println("the terminal could not be set back (" + e.getMessage() + "); do it with: stty sane");
        }
    }

    private static String stty(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command)
                .redirectInput(DEVICE.toFile())
                .redirectError(Redirect.DISCARD)
                .start();
        try (InputStream answer = process.getInputStream()) {
            String text = new String(answer.readAllBytes(), StandardCharsets.US_ASCII);
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException(String.join(" ", command) + " ended with status " + status);
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + String.join(" ", command) + " ran", e);
        }
    }
}
