package io.enim.provider.fake.ec2;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * EC2 for tests: point the SDK's {@code endpointOverride}, or the setting {@code enim.provider.aws.endpoint}, at
 * {@link #endpoint()}, and use {@link #ACCESS_KEY_ID} and {@link #SECRET} in {@link #REGION}.
 *
 * <p>Safe for concurrent use. Nothing here blocks, but requests that are told to go unanswered; {@link #close} ends
 * those.
 */
public final class Ec2StandIn implements AutoCloseable {
    /** The one access key it knows; the example key of Amazon's documentation. */
    public static final String ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE";
    /** The key's secret. */
    public static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    /** The region it plays. */
    public static final String REGION = "us-east-1";

    private static final long FOREVER_MILLIS = 3_600_000;
    private static final String PAGE = "<html><head><title>%d</title></head><body><h1>%d</h1></body></html>";

    private final Account account;
    private final Actions actions;
    private final SignatureCheck signatures;
    private final Faults faults = new Faults();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final LoopbackServer server;

    /**
     * Begins to listen.
     *
     * @param instance the instance the caller is supposed to run on
     * @param subnets the subnets of its VPC; the instance's own interface is in the first
     */
    public Ec2StandIn(Ec2Instance instance, List<Ec2Subnet> subnets) {
        this(instance, subnets, Clock.systemUTC());
    }

    /** As above, with a clock that moves its states; signatures are checked against the system's. */
    public Ec2StandIn(Ec2Instance instance, List<Ec2Subnet> subnets, Clock clock) {
        account = new Account(instance, subnets, clock);
        actions = new Actions(account);
        signatures = new SignatureCheck(ACCESS_KEY_ID, SECRET, REGION, "ec2", Clock.systemUTC());
        server = new LoopbackServer("ec2-stand-in", this::handle);
    }

    /** Its address. */
    public URI endpoint() {
        return server.address();
    }

    /** How long creating, attaching and detaching take, and after how long a new interface is visible. */
    public void timing(Duration latency, Duration visibleAfter) {
        account.timing(latency, visibleAfter);
    }

    /** At most so many items on a page, whatever is asked for. */
    public void pageSize(int most) {
        actions.pageSize(most);
    }

    /** At most so many interfaces in the account. */
    public void limitInterfaces(int most) {
        account.limitInterfaces(most);
    }

    /** What befalls the next requests, one for each fault. */
    public void next(Fault... coming) {
        faults.next(Arrays.asList(coming));
    }

    /** What befalls the next requests of this action. */
    public void next(String action, Fault... coming) {
        faults.next(action, Arrays.asList(coming));
    }

    /** From now on a share of all requests is befallen by one of these, by dice of this seed. */
    public void storm(long seed, double share, Fault... kinds) {
        faults.storm(seed, share, Arrays.asList(kinds));
    }

    /** Ends the storm. */
    public void calm() {
        faults.storm(0, 0, List.of());
    }

    /** Attaches an interface that somebody else made. */
    public Ec2Interface attachForeign(int deviceIndex) {
        return account.attachForeign(deviceIndex);
    }

    /** Lets an attached interface outlive the instance, as an operator's hand may. */
    public void keepAfterInstance(String interfaceId) {
        account.keepAfterInstance(interfaceId);
    }

    /** Terminates the instance. */
    public void terminateInstance() {
        account.terminate();
    }

    /** Every interface there is, visible or not, the instance's own first. */
    public List<Ec2Interface> interfaces() {
        return account.truth();
    }

    /** The actions of all requests whose signature was right, in order of arrival. */
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
            byte[] body = exchange.getRequestBody().readAllBytes();
            String requestId = UUID.randomUUID().toString();
            try {
                signatures.require(
                        exchange.getRequestMethod(), exchange.getRequestURI(), exchange.getRequestHeaders(), body);
                Query query = Query.parse(new String(body, StandardCharsets.UTF_8));
                requests.add(query.action());
                respond(exchange, query, requestId);
            } catch (Ec2Error e) {
                send(exchange, e.status(), "text/xml", e.body(requestId));
            }
        }
    }

    private void respond(HttpExchange exchange, Query query, String requestId) throws IOException {
        Fault fault = faults.of(query.action());
        if (fault == Fault.THROTTLED) {
            throw new Ec2Error(503, "RequestLimitExceeded", "Request limit exceeded.");
        }
        if (fault == Fault.FAILED_BEFORE) {
            throw new Ec2Error(500, "InternalError", "An internal error has occurred");
        }
        String answer = "";
        int status = 200;
        if (fault.takesEffect()) {
            try {
                answer = actions.answer(query, requestId);
            } catch (Ec2Error e) {
                answer = e.body(requestId);
                status = e.status();
            }
        }
        switch (fault) {
            case LOST_BEFORE, LOST_AFTER -> exchange.close();
            case PAGE_BEFORE, PAGE_AFTER -> send(exchange, 503, "text/html", PAGE.formatted(503, 503));
            case LOGIN_PAGE -> send(exchange, 200, "text/html", PAGE.formatted(200, 200));
            case CUT_SHORT -> sendPart(exchange, status, answer, answer.length() / 2);
            case EMPTY -> sendPart(exchange, status, answer, 0);
            case SILENT -> server.hold(FOREVER_MILLIS);
            default -> send(exchange, status, "text/xml", answer);
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String answer) throws IOException {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type + ";charset=UTF-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void sendPart(HttpExchange exchange, int status, String answer, int length) throws IOException {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/xml;charset=UTF-8");
        exchange.sendResponseHeaders(status, bytes.length);
        OutputStream out = exchange.getResponseBody();
        out.write(bytes, 0, length);
        out.flush();
    }
}
