// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import io.enim.PrintableText;
import io.enim.examples.agent.cni.spec.CniResponse;
import io.enim.examples.agent.socket.PeerCheck;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers callers that are not permitted, before anything of their request is read. */
final class PeerCredentialFilter extends Handler.Wrapper {
    private final PeerCheck check;

    PeerCredentialFilter(PeerCheck check, Handler next) {
        super(next);
        this.check = check;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        SocketChannel channel = (SocketChannel)
                request.getConnectionMetaData().getConnection().getEndPoint().getTransport();
        Optional<CniResponse> refusal = check.refusal(
                channel,
                PrintableText.brief(
                        request.getMethod() + " " + request.getHttpURI().getPath()));
        if (refusal.isEmpty()) {
            return super.handle(request, response, callback);
        }
        HttpReply.cni(refusal.get()).send(response, callback);
        return true;
    }
}
