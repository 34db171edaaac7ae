// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import io.enim.Cidr;
import io.enim.EniException;
import io.enim.Health;
import io.enim.InvalidRequestException;
import io.enim.PrintableText;
import io.enim.examples.agent.health.NodeHealth;
import io.enim.examples.agent.http.FormBody.MalformedException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what only reads. Metrics and probes are for every user of this machine; the rest is for those that have the token, few at
 * a time, so that a probe is answered while a cloud is not. A request whose host is not this machine is refused: so a page of the
 * web whose name was made to lead here ("DNS rebinding") reads nothing. Safe for concurrent use.
 */
final class LoopbackHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(LoopbackHandler.class);
    private static final Pattern HOST = Pattern.compile("(?:\\[([^\\]]*)]|([^:\\[\\]]*))(?::\\d{1,5})?");

    private final OperatorApi operatorApi;
    private final NodeHealth health;
    private final Optional<AccessToken> token;
    private final Semaphore readers;

    /** @param maxReaders how many requests with the token are answered at a time */
    LoopbackHandler(OperatorApi operatorApi, NodeHealth health, Optional<AccessToken> token, int maxReaders) {
        this.operatorApi = operatorApi;
        this.health = health;
        this.token = token;
        this.readers = new Semaphore(maxReaders);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        HttpFields.Mutable headers = response.getHeaders();
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        reply(request, headers).send(response, callback);
        return true;
    }

    private HttpReply reply(Request request, HttpFields.Mutable headers) {
        String path = request.getHttpURI().getPath();
        if (!isForThisMachine(request)) {
            return HttpReply.error(
                    421, "Host", "the header Host has to name this machine: 127.0.0.1, [::1] or localhost");
        }
        if (!List.of("GET", "HEAD").contains(request.getMethod())) {
            headers.put(HttpHeader.ALLOW, "GET, HEAD");
            return HttpReply.error(405, "Method", "nothing is changed here; use enim-agent, which calls the socket");
        }
        try {
            return switch (path) {
                case "/healthz" -> HttpReply.text(200, "the agent answers\n");
                case "/readyz" -> readiness();
                case "/metrics" -> operatorApi.get(path, Router.query(request));
                default -> withToken(path, request, headers);
            };
        } catch (MalformedException e) {
            return HttpReply.error(400, "BadRequest", String.valueOf(e.getMessage()));
        } catch (EniException e) {
            return HttpReply.error(e);
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.getMethod(), PrintableText.brief(path), e);
            return HttpReply.error(
                    500, "Internal", "internal error: " + e + "; see the agent's log for the stack trace");
        }
    }

    private HttpReply withToken(String path, Request request, HttpFields.Mutable headers) {
        if (token.isEmpty()) {
            return HttpReply.error(
                    403,
                    "Token",
                    "only /metrics, /healthz and /readyz are served here while agent.http.token-file is not set");
        }
        if (!token.get().isIn(request.getHeaders().get(HttpHeader.AUTHORIZATION))) {
            headers.add(HttpHeader.WWW_AUTHENTICATE, AccessToken.BEARER);
            headers.add(HttpHeader.WWW_AUTHENTICATE, AccessToken.BASIC);
            return HttpReply.error(401, "Token", "this needs the token of agent.http.token-file");
        }
        if (!readers.tryAcquire()) {
            return HttpReply.error(503, "Busy", "as many requests are answered as may be at once; try again later");
        }
        try {
            return operatorApi.get(path, Router.query(request));
        } finally {
            readers.release();
        }
    }

    /** By the rule of CNI STATUS and of {@code enim-agent status}. */
    private HttpReply readiness() {
        Health now = health.now();
        StringBuilder body = new StringBuilder(now.status() + "\n");
        now.reasons().forEach(reason -> body.append("  ").append(reason).append('\n'));
        return HttpReply.text(now.status() == Health.Status.UNAVAILABLE ? 503 : 200, body.toString());
    }

    /** The one header {@code Host}; Jetty refuses a request whose URL names another one. */
    private static boolean isForThisMachine(Request request) {
        List<String> hosts = request.getHeaders().getValuesList(HttpHeader.HOST);
        Matcher host = HOST.matcher(hosts.size() == 1 ? hosts.get(0) : "");
        if (!host.matches()) {
            return false;
        }
        String name = host.group(1) != null ? host.group(1) : host.group(2);
        try {
            return name.equalsIgnoreCase("localhost") || Cidr.parseAddress(name).isLoopbackAddress();
        } catch (InvalidRequestException e) {
            return false; // A name is not an address, whatever it resolves to.
        }
    }
}
