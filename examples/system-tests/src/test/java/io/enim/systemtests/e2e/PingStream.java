package io.enim.systemtests.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Echoes from a network namespace to an address, one after another every 20 ms, until it is ended. */
public final class PingStream {
    private static final Pattern SUMMARY = Pattern.compile("(\\d+) packets transmitted, (\\d+) packets received");

    private final Process ping;

    private PingStream(Process ping) {
        this.ping = ping;
    }

    /** How many went out, and how many of them were answered. */
    public record PingCounts(int sent, int answered) {}

    public static PingStream from(String netns, String address) throws IOException {
        return new PingStream(HostPrograms.builder(
                        List.of("nsenter", "--net=" + netns, "busybox", "ping", "-q", "-i", "0.02", address))
                .start());
    }

    /** Whether one echo is answered. */
    public static boolean reaches(String netns, String address) throws Exception {
        return HostPrograms.run("nsenter", "--net=" + netns, "busybox", "ping", "-c", "1", "-W", "5", address)
                        .status()
                == 0;
    }

    public PingCounts end() throws Exception {
        // SIGINT is what makes ping print its summary.
        HostPrograms.run("kill", "-INT", Long.toString(ping.pid())).successful();
        String output = new String(ping.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        ping.waitFor();
        Matcher summary = SUMMARY.matcher(output);
        if (!summary.find()) {
            throw new AssertionError("ping printed no summary: " + output);
        }
        return new PingCounts(Integer.parseInt(summary.group(1)), Integer.parseInt(summary.group(2)));
    }
}
