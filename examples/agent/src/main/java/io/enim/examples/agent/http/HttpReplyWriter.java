package io.enim.examples.agent.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Writes replies, each in one piece and with its length. */
final class HttpReplyWriter {
    private HttpReplyWriter() {}

    static void send(HttpReply httpReply, Response response, Callback callback) {
        response.setStatus(httpReply.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, httpReply.contentType());
        Content.Sink.write(response, true, httpReply.body(), callback);
    }
}
