// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import io.enim.PrintableText;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * Refuses what web pages of others make an operator's browser ask: one that shows the status page can reach the agent, by a port that
 * is forwarded to its socket. Such a page may send a form anywhere, which browsers mark with its origin, and it may point a
 * name of its own to this machine, which the request shows.
 */
final class ForeignPages {
    private static final String LOOPBACK = "127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}";

    private ForeignPages() {}

    static Optional<HttpReply> refusal(Request request) {
        String host = String.valueOf(request.getHeaders().get(HttpHeader.HOST)).replaceFirst(":\\d*$", "");
        if (host.contains(".") && !host.matches(LOOPBACK)) {
            return refused("the agent is not called " + PrintableText.brief(host)
                    + "; ask it as localhost, 127.0.0.1 or [::1]");
        }
        boolean isByAPage = request.getHeaders().contains(HttpHeader.ORIGIN);
        return isByAPage && !request.getMethod().equals("GET")
                ? refused("a web page may change nothing here; use enim-agent on the node")
                : Optional.empty();
    }

    private static Optional<HttpReply> refused(String why) {
        return Optional.of(HttpReply.error(403, "Page", why));
    }
}
