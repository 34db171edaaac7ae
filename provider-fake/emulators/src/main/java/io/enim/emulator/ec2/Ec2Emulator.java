// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.ec2;

import com.sun.net.httpserver.HttpExchange;
import io.enim.emulator.http.HttpEmulator;
import io.enim.provider.fake.region.CloudRefusal;
import io.enim.provider.fake.region.SimulatedRegion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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

    public static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    public static final String REGION = "us-east-1";

    private static final String XML = "text/xml;charset=UTF-8";

    private final Ec2OnlyState ec2State;
    private final DescribeActions describeActions;
    private final MutatingActions mutatingActions;
    private final SigV4Verifier signatures = new SigV4Verifier(ACCESS_KEY_ID, SECRET, REGION, "ec2", Clock.systemUTC());
    private final Map<String, Deque<WireFault>> scripted = new HashMap<>();
    private Random random = new Random(0);
    private double faultShare;
    private List<WireFault> faultKinds = List.of();

    /** Begins to listen. The region must have its subnets already, at least one in each instance's zone. */
    public Ec2Emulator(SimulatedRegion model) {
        super("ec2-emulator");
        ec2State = new Ec2OnlyState(model);
        describeActions = new DescribeActions(model, ec2State);
        mutatingActions = new MutatingActions(model, ec2State, describeActions);
        start();
    }

    /** At most so many items on a page, whatever is asked for. */
    public void pageSize(int most) {
        describeActions.pageSize = most;
    }

    /** Gives a subnet these tags. */
    public void tagSubnet(String id, Map<String, String> tags) {
        ec2State.tagSubnet(id, tags);
    }

    /** From now on reports this status of an interface, whatever its state is; empty ends that. */
    public void overrideStatus(String eniId, Optional<String> status) {
        ec2State.statusOverrides.remove(eniId);
        status.ifPresent(text -> ec2State.statusOverrides.put(eniId, text));
    }

    /** The faults of the next requests of this action, one for each. */
    public synchronized void injectNext(String action, WireFault... coming) {
        scripted.computeIfAbsent(action, key -> new ArrayDeque<>()).addAll(List.of(coming));
    }

    /** From now on this share of all requests has one of these faults, at random from this seed; a share of 0 ends it. */
    public synchronized void injectRandomly(long seed, double share, WireFault... kinds) {
        random = new Random(seed);
        faultShare = share;
        faultKinds = List.of(kinds);
    }

    /** The scripted faults of the action first, then at random. */
    private synchronized WireFault nextFault(String action) {
        WireFault coming = scripted.getOrDefault(action, new ArrayDeque<>()).poll();
        if (coming != null) {
            return coming;
        }
        boolean isFaulty = !faultKinds.isEmpty() && random.nextDouble() < faultShare;
        return isFaulty ? faultKinds.get(random.nextInt(faultKinds.size())) : WireFault.NONE;
    }

    /** Recorded as the action, when the signature is right. */
    @Override
    protected void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String requestId = UUID.randomUUID().toString();
        WireFault fault = WireFault.NONE;
        int status = 200;
        String answer = "";
        try {
            signatures.require(
                    exchange.getRequestMethod(), exchange.getRequestURI(), exchange.getRequestHeaders(), body);
            QueryParameters query = QueryParameters.parse(new String(body, StandardCharsets.UTF_8));
            record(query.action());
            recordWire(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                    "Content-Type: " + exchange.getRequestHeaders().getFirst("Content-Type"),
                    query.toString());
            fault = nextFault(query.action());
            if (fault.reachesTheCloud()) {
                answer = mutatingActions.answer(query, requestId);
            }
        } catch (Ec2Error e) {
            status = e.status;
            answer = e.body(requestId);
        } catch (CloudRefusal lost) {
            return;
        }
        switch (fault) {
            case LOST_BEFORE, LOST_AFTER -> exchange.close();
            case PAGE_BEFORE, PAGE_AFTER -> sendPage(exchange, 503);
            case LOGIN_PAGE -> sendPage(exchange, 200);
            case CUT_SHORT -> sendPart(exchange, status, XML, answer, answer.length() / 2);
            case EMPTY -> sendPart(exchange, status, XML, answer, 0);
            case SILENT -> hold();
            case NONE -> send(exchange, status, XML, answer);
        }
    }
}
