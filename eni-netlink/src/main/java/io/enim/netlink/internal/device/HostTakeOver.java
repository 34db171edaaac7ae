// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.log.SafeLogger;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.residue.HostConfiguration;
import io.enim.netlink.internal.socket.BatchResult;
import io.enim.netlink.internal.socket.RtnlQueue;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.LinkMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes an ENI's device over from software of the host that configured it (P20): takes it down and removes its addresses,
 * routes and rules. Safe for concurrent use.
 */
final class HostTakeOver {
    private static final SafeLogger LOG = SafeLogger.of(HostTakeOver.class);

    private final NetlinkSessions sessions;
    private final RtnlQueue rtnlQueue;
    private final HostNetworkManagers hostNetworkManagers;

    HostTakeOver(NetlinkSessions sessions, RtnlQueue rtnlQueue, HostNetworkManagers hostNetworkManagers) {
        this.sessions = sessions;
        this.rtnlQueue = rtnlQueue;
        this.hostNetworkManagers = hostNetworkManagers;
    }

    /**
     * Returns what was found and removed, and which managers claim the device; empty when the device was not configured.
     *
     * @throws io.enim.DeviceException of kind {@code PROTECTED}
     */
    List<String> run(LinkMessage link, List<LinkMessage> links, Deadline deadline) {
        return sessions.onHost(deadline, socket -> {
            HostConfiguration found = HostConfiguration.of(link, socket, deadline);
            if (found.findings().isEmpty()) {
                return List.of();
            }
            ProtectedLinks.checkTakeOver(link, links, socket, deadline);
            String device = LinkIdentity.describe(link);
            // What is refused shows when the device is read again.
            rtnlQueue.runInOrder("take over", device, deadline, () -> {
                BatchResult first = socket.transact(found.downRequests(), deadline);
                return first.failures().isEmpty() ? socket.transact(found.addressRequests(), deadline) : first;
            });
            List<String> taken = new ArrayList<>(found.findings());
            taken.addAll(hostNetworkManagers.claimsOn(link.index(), link.name()));
            LOG.warn("{} was configured by software of the host, and is taken over: {}", device, taken);
            return taken;
        });
    }

    /** What is configured on the device now. */
    List<String> findings(LinkMessage link, Deadline deadline) {
        return sessions.onHost(
                deadline, socket -> HostConfiguration.of(link, socket, deadline).findings());
    }
}
