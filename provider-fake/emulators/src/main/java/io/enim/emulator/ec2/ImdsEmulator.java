package io.enim.emulator.ec2;

import com.sun.net.httpserver.HttpExchange;
import io.enim.emulator.http.LoopbackHttpServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The instance metadata service, version 2 only: a token first, by PUT, and every question with it. Safe for concurrent
 * use.
 */
public final class ImdsEmulator implements AutoCloseable {
    /** How the service treats its next request. */
    public enum Behavior {
        /** Answers. */
        ANSWERING,
        /** Says 503. */
        FAILING,
        /** Says 401, as when the token has expired; all tokens are forgotten. */
        FORGETTING,
        /** Never answers, as when the hop limit stops the answer on its way into a container. */
        SILENT
    }

    private static final int MAX_TTL_SECONDS = 21_600;

    private final Map<String, String> metadata;
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedDeque<Behavior> behaviors = new ConcurrentLinkedDeque<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final LoopbackHttpServer server;

    /**
     * Begins to listen.
     *
     * @param facts answers by path below {@code latest/meta-data/}
     */
    public ImdsEmulator(Map<String, String> facts) {
        this.metadata = Map.copyOf(new TreeMap<>(facts));
        this.server = new LoopbackHttpServer("imds-emulator", this::handle);
    }

    /** The service's address. */
    public URI endpoint() {
        return server.address();
    }

    /** Lets the next requests, one for each mood, be treated so. */
    public void setNextBehaviors(Behavior... coming) {
        behaviors.addAll(List.of(coming));
    }

    /** What was asked so far: method and path. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Stops listening. Idempotent. */
    @Override
    public void close() {
        server.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
            Behavior behavior = behaviors.isEmpty() ? Behavior.ANSWERING : behaviors.pollFirst();
            switch (behavior == null ? Behavior.ANSWERING : behavior) {
                case FAILING -> answer(exchange, 503, "<html>Service Unavailable</html>");
                case FORGETTING -> {
                    tokens.clear();
                    answer(exchange, 401, "");
                }
                case SILENT -> server.hold();
                case ANSWERING -> answer(exchange);
            }
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        // The service refuses what came through a proxy, so that no proxy can be tricked into asking for others.
        if (exchange.getRequestHeaders().containsKey("X-forwarded-for")) {
            answer(exchange, 403, "");
        } else if (path.equals("/latest/api/token")) {
            token(exchange);
        } else if (!tokens.contains(
                String.valueOf(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token")))) {
            answer(exchange, 401, "");
        } else {
            String fact = path.startsWith("/latest/meta-data/")
                    ? metadata.get(path.substring("/latest/meta-data/".length()))
                    : null;
            if (fact == null) {
                answer(exchange, 404, "<html>Not Found</html>");
            } else {
                answer(exchange, 200, fact);
            }
        }
    }

    private void token(HttpExchange exchange) throws IOException {
        String ttl = String.valueOf(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token-ttl-seconds"));
        boolean valid =
                ttl.matches("\\d{1,5}") && Integer.parseInt(ttl) >= 1 && Integer.parseInt(ttl) <= MAX_TTL_SECONDS;
        if (!exchange.getRequestMethod().equals("PUT") || !valid) {
            answer(exchange, 400, "");
            return;
        }
        String token = UUID.randomUUID().toString();
        tokens.add(token);
        answer(exchange, 200, token);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }
}
