package io.enim.emulator.bce;

import com.sun.net.httpserver.HttpExchange;
import io.enim.emulator.http.LoopbackHttpServer;
import io.enim.provider.fake.region.CloudRefusal;
import io.enim.provider.fake.region.CloudRefusal.Reason;
import io.enim.provider.fake.region.SimulatedRegion;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * BCE's API of ENIs for tests: point {@code enim.provider.bce.endpoint} at {@link #endpoint()}, and use
 * {@link #ACCESS_KEY_ID} and {@link #SECRET}. What the cloud has, allows, refuses and loses is the model's; here it gets
 * BCE's words.
 *
 * <p>Safe for concurrent use. {@link #close} ends every request under way.
 */
public final class BceEmulator implements AutoCloseable {
    /** The one access key it knows. */
    public static final String ACCESS_KEY_ID = "0123456789abcdef0123456789abcdef";
    /** The key's secret. */
    public static final String SECRET = "fedcba9876543210fedcba9876543210";
    /** The VPC everything is in. */
    public static final String VPC = "vpc-standin";

    private static final Duration TRICKLE = Duration.ofMillis(50);
    private static final String PAGE =
            "<html>\r\n<head><title>%1$d</title></head>\r\n<body><h1>%1$d</h1><hr>nginx</body>\r\n</html>";

    private final SimulatedRegion model;
    private final EniApi eniApi;
    private final BceAuthV1Verifier signatures;
    private final RoundRobin<AnswerLoss> losses = new RoundRobin<>(List.of(AnswerLoss.DROPPED));
    private final RoundRobin<CallFailure> failures = new RoundRobin<>(List.of(CallFailure.INTERNAL_ERROR));
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final LoopbackHttpServer server;

    /** Begins to listen. */
    public BceEmulator(SimulatedRegion model) {
        this(model, "");
    }

    /** As above, for temporary keys: requests must bring this session token. */
    public BceEmulator(SimulatedRegion model, String sessionToken) {
        this.model = model;
        this.eniApi = new EniApi(model, VPC);
        this.signatures = new BceAuthV1Verifier(ACCESS_KEY_ID, SECRET, sessionToken, Clock.systemUTC());
        this.server = new LoopbackHttpServer("bce-emulator", this::handle);
    }

    /** Its address. */
    public URI endpoint() {
        return server.address();
    }

    /** The cloud behind it: its rules, its faults, its truth. */
    public SimulatedRegion model() {
        return model;
    }

    /** How answers get lost that the model loses; several take turns. */
    public BceEmulator loseAnswersBy(AnswerLoss... kinds) {
        losses.set(List.of(kinds));
        return this;
    }

    /** How calls fail that the model lets fail; several take turns. */
    public BceEmulator failCallsBy(CallFailure... kinds) {
        failures.set(List.of(kinds));
        return this;
    }

    /** At most so many items on a page, whatever is asked for. */
    public BceEmulator pageSize(int most) {
        eniApi.pageSize(most);
        return this;
    }

    /** From now on says this status of an ENI, whatever state it is in; empty ends that. */
    public void overrideStatus(String eniId, Optional<String> status) {
        eniApi.overrideStatus(eniId, status);
    }

    /** From now on client tokens are forgotten at once. */
    public BceEmulator forgetTokens() {
        eniApi.forgetTokens();
        return this;
    }

    /** All requests whose signature was right, in order of arrival: method, path and query. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Stops listening and drops what is under way. Idempotent. */
    @Override
    public void close() {
        server.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        // Closing an exchange that was not answered drops its connection.
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String requestId = UUID.randomUUID().toString();
            URI address = exchange.getRequestURI();
            try {
                signatures.require(exchange.getRequestMethod(), address, exchange.getRequestHeaders());
                requests.add(exchange.getRequestMethod() + " " + address);
                String answer =
                        eniApi.answer(exchange.getRequestMethod(), address.getPath(), QueryString.of(address), body);
                send(exchange, 200, "application/json", answer);
            } catch (BceError e) {
                send(exchange, e.status(), "application/json", e.body(requestId));
            } catch (CloudRefusal e) {
                refuse(exchange, e, requestId);
            }
        }
    }

    private void refuse(HttpExchange exchange, CloudRefusal cloudRefusal, String requestId) throws IOException {
        BceError error = BceError.of(cloudRefusal);
        String body = error.body(requestId);
        if (cloudRefusal.reason() == Reason.ANSWER_LOST) {
            lose(exchange, body);
        } else if (cloudRefusal.reason() == Reason.UNAVAILABLE) {
            switch (failures.next()) {
                case INTERNAL_ERROR -> send(exchange, error.status(), "application/json", body);
                case PAGE -> send(exchange, 503, "text/html", PAGE.formatted(503));
                case DROPPED -> exchange.close();
            }
        } else {
            send(exchange, error.status(), "application/json", body);
        }
    }

    private void lose(HttpExchange exchange, String body) throws IOException {
        switch (losses.next()) {
            case DROPPED -> exchange.close();
            case CUT_SHORT -> sendPart(exchange, body, body.length() / 2);
            case EMPTY -> sendPart(exchange, body, 0);
            case PAGE -> send(exchange, 502, "text/html", PAGE.formatted(502));
            case LOGIN_PAGE -> send(exchange, 200, "text/html", PAGE.formatted(200));
            case SILENT -> server.hold();
            case TRICKLE -> trickle(exchange);
        }
    }

    private void trickle(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        do {
            out.write(' ');
            out.flush();
        } while (server.hold(TRICKLE));
    }

    private static void send(HttpExchange exchange, int status, String type, String answer) throws IOException {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type + ";charset=UTF-8");
        exchange.getResponseHeaders().set("x-bce-request-id", UUID.randomUUID().toString());
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static void sendPart(HttpExchange exchange, String answer, int length) throws IOException {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json;charset=UTF-8");
        exchange.sendResponseHeaders(200, bytes.length);
        OutputStream out = exchange.getResponseBody();
        out.write(bytes, 0, length);
        out.flush();
    }
}
