package io.enim.emulator.bce;

import com.sun.net.httpserver.HttpExchange;
import io.enim.EniAddress;
import io.enim.emulator.http.LoopbackHttpServer;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedRegion;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * The metadata service of one instance: facts that are given, and the gateways of the ENIs that the model has attached to
 * it. What it does not know it answers with 200 and nothing, as the real one does. Safe for concurrent use.
 */
public final class BceMetadataEmulator implements AutoCloseable {
    /** How the service treats a request. */
    public enum Behavior {
        /** Answers. */
        ANSWERING,
        /** Says 500. */
        FAILING,
        /** Never answers. */
        SILENT
    }

    private static final String ROOT = "/1.0/meta-data/";

    private final SimulatedRegion model;
    private final String instanceId;
    private final Map<String, String> metadata;
    private final Deque<Behavior> behaviors = new ArrayDeque<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final LoopbackHttpServer server;

    /**
     * Begins to listen.
     *
     * @param facts answers by path below {@code 1.0/meta-data/}, like {@code azone}
     */
    public BceMetadataEmulator(SimulatedRegion model, String instanceId, Map<String, String> facts) {
        this.model = model;
        this.instanceId = instanceId;
        this.metadata = Map.copyOf(facts);
        this.server = new LoopbackHttpServer("bce-metadata-emulator", this::handle);
    }

    /** Its address. */
    public URI endpoint() {
        return server.address();
    }

    /** Lets the next requests, one for each mood, be treated so. */
    public void setNextBehaviors(Behavior... coming) {
        synchronized (behaviors) {
            behaviors.addAll(List.of(coming));
        }
    }

    /** The paths that were asked for. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Stops listening. Idempotent. */
    @Override
    public void close() {
        server.close();
    }

    private Behavior nextBehavior() {
        synchronized (behaviors) {
            Behavior next = behaviors.poll();
            return next == null ? Behavior.ANSWERING : next;
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            requests.add(path);
            switch (nextBehavior()) {
                case ANSWERING ->
                    send(exchange, 200, path.startsWith(ROOT) ? value(path.substring(ROOT.length())) : "");
                case FAILING -> send(exchange, 500, "<html>Internal Server Error</html>");
                case SILENT -> server.hold();
            }
        }
    }

    private String value(String path) {
        String fact = metadata.get(path);
        return fact == null ? gateway(path).orElse("") : fact;
    }

    private Optional<String> gateway(String path) {
        return model.enis().stream()
                .filter(eni -> eni.state() == SimulatedEni.State.IN_USE
                        && eni.attachment()
                                .filter(at -> at.instanceId().equals(instanceId))
                                .isPresent())
                .flatMap(eni -> Stream.concat(eni.ipv4().stream(), eni.ipv6().stream())
                        .filter(at -> path.equals("network/interfaces/macs/" + eni.mac() + "/fixed_ips/"
                                + at.address().getHostAddress() + "/gateway")))
                .map(EniAddress::gateway)
                .map(gateway -> gateway.getHostAddress())
                .findFirst();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }
}
