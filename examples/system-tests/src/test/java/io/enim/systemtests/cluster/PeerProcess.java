package io.enim.systemtests.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link ClusterPeer} in a namespace. */
final class PeerProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    /** In the namespace under {@code /run/netns} that has this name; an empty one is the calling thread's. */
    PeerProcess(String name, String namespace) throws IOException {
        List<String> command =
                new ArrayList<>(namespace.isEmpty() ? List.of() : List.of("nsenter", "--net=/run/netns/" + namespace));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                ClusterPeer.class.getName(),
                name));
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
        String first = answers.readLine();
        if (!"ready".equals(first)) {
            throw new AssertionError(name + " did not start: " + first);
        }
    }

    /** Serves on one address, or on all of both families ({@code ::}). */
    void serve(String address, int port) throws IOException {
        String answer = ask("serve", address, port);
        if (!answer.equals("serving")) {
            throw new AssertionError("serve on " + address + " " + port + ": " + answer);
        }
    }

    /** What the server answers to a request of HTTP. */
    String http(String address, int port) throws IOException {
        return ask("http", address, port);
    }

    /** What the server answers to a datagram. */
    String udp(String address, int port) throws IOException {
        return ask("udp", address, port);
    }

    /** Sends a request, and does not wait for the answer. */
    void begin(String command, String address, int port) throws IOException {
        process.getOutputStream()
                .write((command + " " + address + " " + port + "\n").getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
    }

    private String ask(String command, String address, int port) throws IOException {
        begin(command, address, port);
        String answer = answers.readLine();
        if (answer == null) {
            throw new AssertionError("the process ended at " + command + " " + address + " " + port);
        }
        return answer;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
