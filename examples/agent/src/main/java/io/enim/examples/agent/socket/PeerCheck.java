// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.socket;

import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniResponse;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.Predicate;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the caller's user from the kernel ({@code SO_PEERCRED}, {@code unix(7)}) and refuses users that are not
 * permitted. The mode of the socket file already restricts access; this also covers a file whose mode was widened and a
 * descriptor that was passed on. A caller whose user is unknown is refused. Safe for concurrent use.
 */
public final class PeerCheck {
    private static final Logger LOG = LoggerFactory.getLogger(PeerCheck.class);

    private final Predicate<String> permitted;

    /** The predicate says whether the user of this name may call. */
    public PeerCheck(Predicate<String> permitted) {
        this.permitted = permitted;
    }

    /** The answer to a caller that is not permitted; empty for one that is. The request is named in the log. */
    public Optional<CniResponse> refusal(SocketChannel channel, String request) throws IOException {
        Optional<String> peer = peer(channel);
        if (peer.filter(permitted).isPresent()) {
            return Optional.empty();
        }
        String user = peer.orElse("unknown");
        LOG.warn("refused {} from user {}", request, user);
        return Optional.of(CniResponse.error(
                CniErrorCode.NOT_PERMITTED,
                "the agent does not serve user " + user,
                "call it as root, or as the user the agent runs as"));
    }

    private static Optional<String> peer(SocketChannel channel) throws IOException {
        if (!channel.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)) {
            return Optional.empty();
        }
        UnixDomainPrincipal principal = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
        return Optional.of(principal.user().getName());
    }
}
