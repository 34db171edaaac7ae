// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.ec2;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.enim.emulator.http.HttpEmulator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The instance metadata service, version 2 only: a token first, by PUT, then every request with it. Safe for concurrent
 * use.
 */
public final class ImdsEmulator extends HttpEmulator {
    /** How the service treats its next request. */
    public enum Behavior {
        ANSWERING,
        /** Says 503. */
        FAILING,
        /** Says 401, as when the token has expired; all tokens are forgotten. */
        FORGETTING,
        /** Never answers, as when the hop limit stops the answer on its way into a container. */
        SILENT
    }

    private static final String ROOT = "/latest/meta-data/";
    private static final int MAX_TTL_SECONDS = 21_600;

    private final Map<String, String> metadata;
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final Queue<Behavior> behaviors = new ConcurrentLinkedQueue<>();

    /** Begins to listen, with these answers by path below {@code latest/meta-data/}. */
    public ImdsEmulator(Map<String, String> metadata) {
        super("imds-emulator");
        this.metadata = Map.copyOf(metadata);
        start();
    }

    /** Treats the next requests so, one for each behavior. */
    public void setNextBehaviors(Behavior... coming) {
        behaviors.addAll(List.of(coming));
    }

    /** Recorded as method and path. */
    @Override
    protected void handle(HttpExchange exchange) throws IOException {
        record(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
        switch (Optional.ofNullable(behaviors.poll()).orElse(Behavior.ANSWERING)) {
            case FAILING -> answer(exchange, 503, "<html>Service Unavailable</html>");
            case FORGETTING -> {
                tokens.clear();
                answer(exchange, 401, "");
            }
            case SILENT -> hold();
            case ANSWERING -> answer(exchange);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Headers headers = exchange.getRequestHeaders();
        String answer = path.startsWith(ROOT) ? metadata.get(path.substring(ROOT.length())) : null;
        // The service refuses requests from proxies, so that no proxy can be tricked into asking for others.
        if (headers.containsKey("X-forwarded-for")) {
            answer(exchange, 403, "");
        } else if (path.equals("/latest/api/token")) {
            token(exchange);
        } else if (!tokens.contains(String.valueOf(headers.getFirst("X-aws-ec2-metadata-token")))) {
            answer(exchange, 401, "");
        } else if (answer == null) {
            answer(exchange, 404, "<html>Not Found</html>");
        } else {
            answer(exchange, 200, answer);
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
        send(exchange, status, "text/plain", body);
    }
}
