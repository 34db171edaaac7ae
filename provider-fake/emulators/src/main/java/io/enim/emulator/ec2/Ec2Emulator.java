package io.enim.emulator.ec2;

import com.sun.net.httpserver.HttpExchange;
import io.enim.emulator.http.HttpEmulator;
import io.enim.provider.fake.region.CloudRefusal;
import io.enim.provider.fake.region.CloudRefusal.Reason;
import io.enim.provider.fake.region.SimulatedRegion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * EC2 for tests, over a simulated region: point the SDK's {@code endpointOverride}, or the setting
 * {@code enim.provider.aws.endpoint}, at {@link #endpoint()}, and use {@link #ACCESS_KEY_ID} and {@link #SECRET} in
 * {@link #REGION}. Instances, subnets, latencies, rate limits, devices and the cloud's own faults are set on the
 * region.
 *
 * <p>The JDK's HTTP server writes head and body of an answer apart, and the kernel holds the second back for up to 40 ms;
 * the system property {@code sun.net.httpserver.nodelay=true} at the JVM's start avoids that.
 *
 * <p>Safe for concurrent use. No method blocks; requests that get no answer end with {@link #close}.
 */
public final class Ec2Emulator extends HttpEmulator {
    /** The one access key it knows; the example key of Amazon's documentation. */
    public static final String ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE";
    /** The key's secret. */
    public static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    /** The name of the region. */
    public static final String REGION = "us-east-1";

    private static final String XML = "text/xml;charset=UTF-8";
    private static final String HTML = "text/html;charset=UTF-8";
    private static final String PAGE = "<html><head><title>%d</title></head><body><h1>%d</h1></body></html>";

    private final Ec2OnlyState ec2State;
    private final MutatingActions mutatingActions;
    private final SigV4Verifier signatures = new SigV4Verifier(ACCESS_KEY_ID, SECRET, REGION, "ec2", Clock.systemUTC());
    private final WireFaults wireFaults = new WireFaults();

    /** Begins to listen. The region must have its subnets already, at least one in each instance's zone. */
    public Ec2Emulator(SimulatedRegion model) {
        super("ec2-emulator");
        ec2State = new Ec2OnlyState(model);
        mutatingActions = new MutatingActions(model, ec2State);
        start();
    }

    /** At most so many items on a page, whatever is asked for. */
    public void pageSize(int most) {
        mutatingActions.pageSize(most);
    }

    /** Gives a subnet these tags. */
    public void tagSubnet(String id, Map<String, String> tags) {
        ec2State.tagSubnet(id, tags);
    }

    /** From now on reports this status of an interface, whatever its state is; empty ends that. */
    public void overrideStatus(String eniId, Optional<String> status) {
        ec2State.overrideStatus(eniId, status);
    }

    /** The faults of the next requests of this action, one for each. */
    public void injectNext(String action, WireFault... coming) {
        wireFaults.injectNext(action, Arrays.asList(coming));
    }

    /** From now on this share of all requests has one of these faults, at random from this seed; a share of 0 ends it. */
    public void injectRandomly(long seed, double share, WireFault... kinds) {
        wireFaults.injectRandomly(seed, share, Arrays.asList(kinds));
    }

    /** Recorded as the action, when the signature is right. */
    @Override
    protected void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String requestId = UUID.randomUUID().toString();
        try {
            signatures.require(
                    exchange.getRequestMethod(), exchange.getRequestURI(), exchange.getRequestHeaders(), body);
        } catch (Ec2Error e) {
            send(exchange, e.status(), XML, e.body(requestId));
            return;
        }
        QueryParameters queryParameters = QueryParameters.parse(new String(body, StandardCharsets.UTF_8));
        record(queryParameters.action());
        respond(exchange, queryParameters, requestId);
    }

    private void respond(HttpExchange exchange, QueryParameters queryParameters, String requestId) throws IOException {
        WireFault fault = wireFaults.drawFor(queryParameters.action());
        int status = 200;
        String answer = "";
        if (fault.reachesTheCloud()) {
            try {
                answer = mutatingActions.answer(queryParameters, requestId);
            } catch (Ec2Error e) {
                status = e.status();
                answer = e.body(requestId);
            } catch (CloudRefusal e) {
                if (e.reason() == Reason.ANSWER_LOST) {
                    return;
                }
                Ec2Error worded = Ec2ErrorCodes.toError(queryParameters, e);
                status = worded.status();
                answer = worded.body(requestId);
            }
        }
        switch (fault) {
            case LOST_BEFORE, LOST_AFTER -> exchange.close();
            case PAGE_BEFORE, PAGE_AFTER -> send(exchange, 503, HTML, PAGE.formatted(503, 503));
            case LOGIN_PAGE -> send(exchange, 200, HTML, PAGE.formatted(200, 200));
            case CUT_SHORT -> sendPart(exchange, status, XML, answer, answer.length() / 2);
            case EMPTY -> sendPart(exchange, status, XML, answer, 0);
            case SILENT -> hold();
            case NONE -> send(exchange, status, XML, answer);
        }
    }
}
