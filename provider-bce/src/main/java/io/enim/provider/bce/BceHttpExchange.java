// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import com.baidubce.BceClientException;
import com.baidubce.BceServiceException;
import com.baidubce.http.BceHttpResponse;
import com.baidubce.http.handler.HttpResponseHandler;
import com.baidubce.model.AbstractBceResponse;
import com.baidubce.util.JsonUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.enim.provider.support.AbortableCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.http.client.methods.HttpRequestBase;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Reads the whole answer before anything uses it, so that a part never passes for all;
 * keeps the status also when the body is not JSON, which the SDK's own handlers lose; and keeps the body as it came,
 * since the SDK's models drop fields.
 */
final class BceHttpExchange implements HttpResponseHandler, AbortableCalls.Exchange {
    private static final int MAX_BODY = 32 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Optional<String> sessionToken;
    private @Nullable HttpRequestBase sent;
    private boolean aborted;
    private volatile JsonNode body = MissingNode.getInstance();

    BceHttpExchange(Optional<String> sessionToken) {
        this.sessionToken = sessionToken;
    }

    /** The request is about to be sent. */
    synchronized void onSend(HttpRequestBase request) {
        if (aborted) {
            throw new BceClientException("not sent: its caller has given up");
        }
        // Set here and not by the SDK's signer, which would let the SDK's request log show it. It is not signed.
        sessionToken.ifPresent(token -> request.setHeader("x-bce-security-token", token));
        sent = request;
    }

    @Override
    public synchronized void abort() {
        aborted = true;
        if (sent != null) {
            sent.abort();
        }
    }

    @Override
    public synchronized boolean mayHaveBeenSent() {
        return sent != null;
    }

    /** The answer's JSON; missing when the body was empty. */
    JsonNode body() {
        return body;
    }

    @Override
    public boolean handle(BceHttpResponse answer, AbstractBceResponse response) throws IOException {
        byte[] bytes = whole(answer);
        int status = answer.getStatusCode();
        JsonNode read = parse(bytes);
        if (status / 100 != 2) {
            throw refusal(status, answer.getHeader("x-bce-request-id"), read);
        }
        if (bytes.length > 0) {
            if (!read.isObject()) {
                throw new BceClientException("status " + status + " with " + bytes.length
                        + " bytes that are no JSON object; something other than the cloud answered");
            }
            JsonUtils.load(new ByteArrayInputStream(bytes), response);
            body = read;
        }
        return true;
    }

    private static byte[] whole(BceHttpResponse answer) throws IOException {
        InputStream content = answer.getContent();
        if (content == null) {
            return new byte[0];
        }
        byte[] bytes = content.readNBytes(MAX_BODY);
        if (bytes.length == MAX_BODY) {
            answer.getHttpResponse().close();
            throw new IOException("the answer has more than " + MAX_BODY + " bytes");
        }
        content.close();
        return bytes;
    }

    private static JsonNode parse(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            // Not JSON: a page of a load balancer. The status says what can be said.
            return MissingNode.getInstance();
        }
    }

    private static BceServiceException refusal(int status, @Nullable String requestId, JsonNode body) {
        String message = body.path("message").asText("");
        BceServiceException refused = new BceServiceException(message);
        refused.setErrorMessage(message);
        refused.setStatusCode(status);
        refused.setErrorCode(body.path("code").asText(""));
        String told = body.path("requestId").asText("");
        refused.setRequestId(told.isEmpty() && requestId != null ? requestId : told);
        return refused;
    }
}
