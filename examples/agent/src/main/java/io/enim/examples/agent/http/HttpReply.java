package io.enim.examples.agent.http;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.examples.agent.cni.spec.CniResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer to a request.
 *
 * @param status the HTTP status
 * @param contentType what the body is
 * @param body the body
 */
record HttpReply(int status, String contentType, String body) {
    /** Whether the same request may succeed later. */
    enum Retry {
        /** It may. */
        LATER,
        /** It will not. */
        NEVER
    }

    /** A CNI answer that is an error. Any other status but 200 says that it was not the agent's service that answered. */
    static final int CNI_ERROR = 422;

    private static final String JSON_TYPE = "application/json";
    private static final JSON MAPPER =
            JSON.builder().enable(JSON.Feature.PRETTY_PRINT_OUTPUT).build();

    static HttpReply cni(CniResponse answer) {
        return new HttpReply(answer.isSuccess() ? 200 : CNI_ERROR, JSON_TYPE, answer.output());
    }

    static HttpReply json(Object document) {
        return json(200, document);
    }

    static HttpReply text(String body) {
        return new HttpReply(200, "text/plain; version=0.0.4; charset=utf-8", body);
    }

    static HttpReply error(int status, String type, String message, Retry retry) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("error", type);
        error.put("message", message);
        error.put("retryable", retry == Retry.LATER);
        return json(status, error);
    }

    private static HttpReply json(int status, Object document) {
        try {
            return new HttpReply(status, JSON_TYPE, MAPPER.asString(document) + "\n");
        } catch (IOException e) {
            throw new IllegalStateException("maps, lists, text and numbers can be written as JSON", e);
        }
    }
}
