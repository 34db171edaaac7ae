// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.socket;

import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.NamespaceIdMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts how often this module makes the kernel take RTNL, its one lock for network configuration. Every acquisition
 * waits for every device move on the machine, so this count, and not the time on an idle machine, is what an operation
 * costs. Safe for concurrent use.
 *
 * <p>Which requests take it was measured against a kernel kept busy with moves (6.18): reading IPv4 addresses, reading
 * routes of one family, IPv6 routes and namespace ids do not wait for it, everything else does. On older kernels some of
 * these wait as well; the count is then too low by those.
 */
public final class RtnlCounter {
    private final AtomicLong acquisitions = new AtomicLong();
    private final AtomicLong sendNanos = new AtomicLong();

    /** Counts one message, or one part of a dump, of this request. */
    void countMessage(NetlinkRequest request) {
        if (takesRtnl(request)) {
            acquisitions.incrementAndGet();
        }
    }

    /** Counts an acquisition that no rtnetlink request made, but an ioctl. */
    public void countAcquisition() {
        acquisitions.incrementAndGet();
    }

    /** Adds the time one send took. */
    void addSendNanos(long nanos) {
        sendNanos.addAndGet(nanos);
    }

    public long sendNanos() {
        return sendNanos.get();
    }

    public long acquisitions() {
        return acquisitions.get();
    }

    private static boolean takesRtnl(NetlinkRequest request) {
        boolean oneFamily = request.family() != 0;
        return switch (request.type()) {
            case AddressMessage.RTM_GETADDR, RouteMessage.RTM_GETROUTE -> !oneFamily;
            case RouteMessage.RTM_NEWROUTE -> request.family() != AddressMessage.AF_INET6;
            case NamespaceIdMessage.RTM_GETNSID -> false;
            default -> true;
        };
    }
}
