// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniResponse;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.Predicate;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the caller's user from the kernel ({@code SO_PEERCRED}, {@code unix(7)}) and refuses users that are not
 * permitted. The mode of the socket file already restricts access; this also covers a file whose mode was widened and a
 * descriptor that was passed on. A caller whose user is unknown is refused.
 */
final class PeerCredentialFilter extends Handler.Wrapper {
    private static final Logger LOG = LoggerFactory.getLogger(PeerCredentialFilter.class);

    private final Predicate<String> permitted;

    PeerCredentialFilter(Predicate<String> permitted, Handler next) {
        super(next);
        this.permitted = permitted;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Optional<String> peer = peer(request);
        if (peer.filter(permitted).isPresent()) {
            return super.handle(request, response, callback);
        }
        String user = peer.orElse("unknown");
        LOG.warn(
                "refused {} {} from user {}",
                request.getMethod(),
                request.getHttpURI().getPath(),
                user);
        CniResponse answer = CniResponse.error(
                CniErrorCode.NOT_PERMITTED,
                "the agent does not serve user " + user,
                "call it as root, or as the user the agent runs as");
        HttpReply.cni(answer).send(response, callback);
        return true;
    }

    private static Optional<String> peer(Request request) throws IOException {
        Object transport =
                request.getConnectionMetaData().getConnection().getEndPoint().getTransport();
        if (transport instanceof SocketChannel channel
                && channel.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)) {
            UnixDomainPrincipal principal = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
            return Optional.of(principal.user().getName());
        }
        return Optional.empty();
    }
}
