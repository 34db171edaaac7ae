// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import io.enim.EniException;
import io.enim.PrintableText;
import io.enim.examples.agent.cni.CniService;
import io.enim.examples.agent.cni.RequestLimits;
import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniRequest;
import io.enim.examples.agent.cni.spec.CniResponse;
import io.enim.examples.agent.http.FormBody.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dispatches each request. A body is read completely before anything is done, and never beyond its limit. Calls that may
 * block ({@code POST}) are admitted up to a limit; further ones are told at once to try again.
 */
final class Router extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final String CNI = "/cni";
    private static final String RECORDING = "/v1/jfr";

    private final CniService cni;
    private final OperatorApi operatorApi;
    private final Diagnosis diagnosis;
    private final RequestLimits limits;

    Router(CniService cni, OperatorApi operatorApi, Diagnosis diagnosis, RequestLimits limits) {
        this.diagnosis = diagnosis;
        this.cni = cni;
        this.operatorApi = operatorApi;
        this.limits = limits;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        reply(request).send(response, callback);
        return true;
    }

    private Reply reply(Request request) throws IOException {
        String path = request.getHttpURI().getPath();
        Optional<HttpReply> refused = ForeignPages.refusal(request);
        if (refused.isPresent()) {
            return refused.get();
        }
        try {
            return switch (request.getMethod()) {
                case "GET" -> operatorApi.get(path, query(request));
                case "POST" -> post(path, request);
                default -> {
                    String message =
                            "method " + PrintableText.brief(request.getMethod()) + " not allowed; use GET or POST";
                    yield HttpReply.error(405, "Method", message);
                }
            };
        } catch (MalformedException e) {
            String message = String.valueOf(e.getMessage());
            return path.equals(CNI)
                    ? HttpReply.cni(CniResponse.error(CniErrorCode.INVALID_CONFIG, message, ""))
                    : HttpReply.error(400, "BadRequest", message);
        } catch (EniException e) {
            return HttpReply.error(e);
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.getMethod(), PrintableText.brief(path), e);
            String message = "internal error: " + e + "; see the agent's log for the stack trace";
            return HttpReply.error(500, "Internal", message);
        }
    }

    static FormBody query(Request request) {
        String query = request.getHttpURI().getQuery();
        return FormBody.parse(query == null ? new byte[0] : query.getBytes(StandardCharsets.UTF_8));
    }

    private Reply post(String path, Request request) throws IOException {
        if (!limits.admit()) {
            return path.equals(CNI)
                    ? HttpReply.cni(limits.tooMany())
                    : HttpReply.error(503, "Busy", limits.busy() + "; try again later");
        }
        try {
            byte[] body = body(request);
            if (path.equals(RECORDING)) {
                return new FileReply(diagnosis.record(FormBody.parse(body)));
            }
            return path.equals(CNI)
                    ? reply(cni.answer(cniRequest(FormBody.parse(body))))
                    : operatorApi.post(path, FormBody.parse(body));
        } finally {
            limits.leave();
        }
    }

    /** The plugin repeats what is answered with status 503. */
    private static HttpReply reply(CniResponse answer) {
        return answer.isForNextAgent() ? HttpReply.error(503, "Closed", answer.output()) : HttpReply.cni(answer);
    }

    /** The plugin's form: the environment, standard input as {@code config}, and the seconds that it waits. */
    private static CniRequest cniRequest(FormBody form) {
        String seconds = form.text("timeout");
        return new CniRequest(
                form.text("command"),
                form.text("container"),
                form.text("netns"),
                form.text("ifname"),
                form.text("args"),
                form.bytes("config"),
                seconds.matches("[1-9]\\d{0,4}")
                        ? Optional.of(Duration.ofSeconds(Long.parseLong(seconds)))
                        : Optional.empty());
    }

    private byte[] body(Request request) throws IOException {
        int maxBytes = limits.maxBytes();
        if (request.getLength() > maxBytes) {
            throw new MalformedException(limits.tooLong());
        }
        try (InputStream in = Content.Source.asInputStream(request)) {
            byte[] body = in.readNBytes(maxBytes + 1);
            if (body.length > maxBytes) {
                throw new MalformedException(limits.tooLong());
            }
            return body;
        }
    }
}
