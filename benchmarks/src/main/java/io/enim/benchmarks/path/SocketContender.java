package io.enim.benchmarks.path;

import io.enim.benchmarks.device.Contender;
import io.enim.benchmarks.device.Contender.Timing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The CNI plugin's requests, sent to the agent's socket without the plugin. */
final class SocketContender implements Contender {
    private static final String CONFIG = "{\"cniVersion\":\"1.0.0\",\"name\":\"bench\",\"type\":\"enim\"}";

    private final Path socket;
    private final Path netns;
    private int endpoint;

    SocketContender(Path socket, Path netns) {
        this.socket = socket;
        this.netns = netns;
    }

    @Override
    public String name() {
        return "ENIM, agent's socket";
    }

    @Override
    public Timing add() {
        endpoint++;
        return call("ADD");
    }

    @Override
    public Timing del() {
        return call("DEL");
    }

    private Timing call(String command) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("command", command);
        form.put("container", "socket-" + endpoint);
        form.put("netns", netns.toString());
        form.put("ifname", "eth0");
        form.put("args", "");
        form.put("timeout", "60");
        form.put("config", CONFIG);
        String body = form.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        long began = System.nanoTime();
        String answer = post(body);
        long nanos = System.nanoTime() - began;
        if (!answer.startsWith("HTTP/1.1 200")) {
            throw new IllegalStateException(command + " failed: " + answer);
        }
        return new Timing(nanos, 0);
    }

    private String post(String body) {
        String request = "POST /cni HTTP/1.1\r\nHost: agent\r\nConnection: close\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
            while (out.hasRemaining()) {
                channel.write(out);
            }
            ByteBuffer in = ByteBuffer.allocate(1 << 16);
            while (in.hasRemaining() && channel.read(in) >= 0) {
                // Until the agent closes.
            }
            return new String(in.array(), 0, in.position(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot reach the agent at " + socket, e);
        }
    }

    @Override
    public void close() {}
}
