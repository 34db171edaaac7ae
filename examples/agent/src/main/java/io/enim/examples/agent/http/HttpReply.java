// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.EniException;
import io.enim.InvalidRequestException;
import io.enim.PrintableText;
import io.enim.SupersededException;
import io.enim.examples.agent.cni.spec.CniResponse;
import java.io.IOException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * An answer to a request. No program keeps it, and a browser takes it for nothing but its type.
 *
 * @param policy what a browser that shows it may load and run
 */
record HttpReply(int status, String contentType, String body, String policy) implements Reply {
    /** A CNI error. Any status other than this and 200 means that the CNI service did not answer the request. */
    static final int CNI_ERROR = 422;

    private static final String SHOWS_NOTHING = "default-src 'none'; frame-ancestors 'none'";
    private static final String JSON_TYPE = "application/json";
    private static final JSON MAPPER = JSON.builder()
            .enable(JSON.Feature.PRETTY_PRINT_OUTPUT)
            .enable(JSON.Feature.WRITE_RECORD_FIELDS_IN_DECLARATION_ORDER)
            .build();

    private record ErrorView(String error, String message, boolean retryable) {}

    HttpReply(int status, String contentType, String body) {
        this(status, contentType, body, SHOWS_NOTHING);
    }

    static HttpReply cni(CniResponse answer) {
        return new HttpReply(answer.isSuccess() ? 200 : CNI_ERROR, JSON_TYPE, answer.output());
    }

    static HttpReply json(Object document) {
        return json(200, document);
    }

    /** In the text format of Prometheus, whose version this is. */
    static HttpReply metrics(String body) {
        return new HttpReply(200, "text/plain; version=0.0.4; charset=utf-8", body);
    }

    static HttpReply text(int status, String body) {
        return new HttpReply(status, "text/plain; charset=utf-8", body);
    }

    static HttpReply error(EniException error) {
        int other = error.isRetryable() ? 503 : 500;
        int status =
                error instanceof InvalidRequestException ? 400 : error instanceof SupersededException ? 409 : other;
        return error(status, error.getClass().getSimpleName(), String.valueOf(error.getMessage()));
    }

    /** An error; with status 503 the same request may succeed later. */
    static HttpReply error(int status, String type, String message) {
        return json(status, new ErrorView(type, PrintableText.message(message), status == 503));
    }

    private static HttpReply json(int status, Object document) {
        try {
            return new HttpReply(status, JSON_TYPE, MAPPER.asString(document) + "\n");
        } catch (IOException e) {
            throw new IllegalStateException("records, maps, lists, text and numbers can be written as JSON", e);
        }
    }

    /** Writes the reply in one piece, with its length. */
    @Override
    public void send(Response response, Callback callback) {
        response.setStatus(status);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, contentType)
                .put(HttpHeader.CACHE_CONTROL, "no-store")
                .put("Content-Security-Policy", policy)
                .put("X-Content-Type-Options", "nosniff")
                .put("Referrer-Policy", "no-referrer");
        Content.Sink.write(response, true, body, callback);
    }
}
