package io.enim.examples.agent.server;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.examples.agent.cni.CniAnswer;
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
record Reply(int status, String contentType, String body) {
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

    static Reply cni(CniAnswer answer) {
        return new Reply(answer.isSuccess() ? 200 : CNI_ERROR, JSON_TYPE, answer.output());
    }

    static Reply json(Object document) {
        return json(200, document);
    }

    static Reply text(String body) {
        return new Reply(200, "text/plain; version=0.0.4; charset=utf-8", body);
    }

    static Reply error(int status, String type, String message, Retry retry) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("error", type);
        error.put("message", message);
        error.put("retryable", retry == Retry.LATER);
        return json(status, error);
    }

    private static Reply json(int status, Object document) {
        try {
            return new Reply(status, JSON_TYPE, MAPPER.asString(document) + "\n");
        } catch (IOException e) {
            throw new IllegalStateException("maps, lists, text and numbers can be written as JSON", e);
        }
    }
}
