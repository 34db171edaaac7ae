// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.bce;

import com.sun.net.httpserver.HttpExchange;
import io.enim.emulator.http.HttpEmulator;
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
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * BCE's API of ENIs for tests: point {@code enim.provider.bce.endpoint} at {@link #endpoint()}, and use
 * {@link #ACCESS_KEY_ID} and {@link #SECRET}. The region decides what a call does; this class gives the
 * answer BCE's form.
 *
 * <p>Safe for concurrent use. {@link #close} ends every request under way.
 */
public final class BceEmulator extends HttpEmulator {
    /** The one access key it knows. */
    public static final String ACCESS_KEY_ID = "0123456789abcdef0123456789abcdef";

    public static final String SECRET = "fedcba9876543210fedcba9876543210";
    /** The VPC everything is in. */
    public static final String VPC = "vpc-emulated";

    private static final String JSON = "application/json;charset=UTF-8";
    private static final Duration TRICKLE = Duration.ofMillis(50);

    private final SimulatedRegion model;
    private final EniApi eniApi;
    private final BceAuthV1Verifier signatures;
    private final AtomicInteger refusals = new AtomicInteger();
    private final RoundRobin<AnswerLoss> losses = new RoundRobin<>(List.of(AnswerLoss.DROPPED));
    private final RoundRobin<CallFailure> failures = new RoundRobin<>(List.of(CallFailure.INTERNAL_ERROR));

    /** Begins to listen. */
    public BceEmulator(SimulatedRegion model) {
        this(model, "");
    }

    /** As above, for temporary keys: requests must bring this session token. */
    public BceEmulator(SimulatedRegion model, String sessionToken) {
        super("bce-emulator");
        this.model = model;
        this.eniApi = new EniApi(model, VPC);
        this.signatures = new BceAuthV1Verifier(ACCESS_KEY_ID, SECRET, sessionToken, Clock.systemUTC());
        start();
    }

    public SimulatedRegion model() {
        return model;
    }

    /** How the answers are lost that the region loses; several are used in turn. */
    public BceEmulator loseAnswersBy(AnswerLoss... kinds) {
        losses.set(List.of(kinds));
        return this;
    }

    /** How the calls fail that the region lets fail; several are used in turn. */
    public BceEmulator failCallsBy(CallFailure... kinds) {
        failures.set(List.of(kinds));
        return this;
    }

    /** At most so many items on a page, whatever is asked for. */
    public BceEmulator pageSize(int most) {
        eniApi.pageSize = most;
        return this;
    }

    /** From now on reports this status of an ENI, whatever its state is; empty ends that. */
    public void overrideStatus(String eniId, Optional<String> status) {
        eniApi.statusOverrides.remove(eniId);
        status.ifPresent(text -> eniApi.statusOverrides.put(eniId, text));
    }

    /**
     * From now on there is no call for the quota of ENIs, and the instance's description has this one; 0 on some types of bare
     * metal.
     */
    public BceEmulator quotaOfInstanceOnly(int eniQuota) {
        eniApi.eniQuota = OptionalInt.of(eniQuota);
        return this;
    }

    /** From now on client tokens are forgotten at once. */
    public BceEmulator forgetTokens() {
        eniApi.forgetsTokens = true;
        return this;
    }

    /** Recorded as method, path and query, when the signature is right. */
    @Override
    protected void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String requestId = UUID.randomUUID().toString();
        exchange.getResponseHeaders().set("x-bce-request-id", requestId);
        String method = exchange.getRequestMethod();
        URI address = exchange.getRequestURI();
        try {
            signatures.require(method, address, exchange.getRequestHeaders());
            record(method + " " + address);
            recordWire(
                    method + " " + address,
                    "Content-Type: " + exchange.getRequestHeaders().getFirst("Content-Type"),
                    body);
            send(exchange, 200, JSON, eniApi.answer(method, address.getPath(), QueryString.of(address), body));
        } catch (BceError e) {
            send(exchange, e.status, JSON, e.body(requestId));
        } catch (CloudRefusal e) {
            BceError error = BceError.of(e, refusals.getAndIncrement());
            if (e.reason() == Reason.ANSWER_LOST) {
                lose(exchange, error.body(requestId));
                return;
            }
            switch (e.reason() == Reason.UNAVAILABLE ? failures.next() : CallFailure.INTERNAL_ERROR) {
                case INTERNAL_ERROR -> send(exchange, error.status, JSON, error.body(requestId));
                case PAGE -> sendPage(exchange, 503);
                case DROPPED -> exchange.close();
            }
        }
    }

    private void lose(HttpExchange exchange, String body) throws IOException {
        switch (losses.next()) {
            case DROPPED -> exchange.close();
            case CUT_SHORT -> sendPart(exchange, 200, JSON, body, body.length() / 2);
            case EMPTY -> sendPart(exchange, 200, JSON, body, 0);
            case PAGE -> sendPage(exchange, 502);
            case LOGIN_PAGE -> sendPage(exchange, 200);
            case SILENT -> hold();
            case TRICKLE -> trickle(exchange);
        }
    }

    private void trickle(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        held();
        do {
            out.write(' ');
            out.flush();
        } while (hold(TRICKLE));
    }
}
