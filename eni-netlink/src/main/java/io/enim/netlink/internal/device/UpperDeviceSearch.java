// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.MacAddress;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.UpperDevices;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the devices of other namespaces that are stacked on a device of the host. Safe for concurrent use.
 *
 * <p>A search goes through every namespace, whatever device is asked for: so there is one at a time, and all calls that come
 * before it begins get its result. A device that is on the host gets no new upper device from elsewhere, since a tenant needs
 * both in its reach to make one: what a search did not find does not come later.
 */
final class UpperDeviceSearch {
    private final NetlinkSessions sessions;
    private final HostLinkCache hostLinks;
    private final Semaphore turn = new Semaphore(1, true);
    private Round next = new Round();

    UpperDeviceSearch(NetlinkSessions sessions, HostLinkCache hostLinks) {
        this.sessions = sessions;
        this.hostLinks = hostLinks;
    }

    /** One search, and its result once it ended; written by the thread that has the turn. */
    private static final class Round {
        private volatile @Nullable UpperDeviceSweep result;
    }

    UpperDevices on(MacAddress mac, Deadline deadline) {
        Optional<LinkMessage> link = LinkMatcher.find(hostLinks.links(deadline), mac);
        return link.map(found -> search(mac, deadline).on(found))
                .orElse(new UpperDevices(List.of(), List.of("no device with " + mac + " is on the host")));
    }

    private UpperDeviceSweep search(MacAddress mac, Deadline deadline) {
        Round mine = joinNext();
        try {
            if (!turn.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw failure(mac, Errno.ETIMEDOUT, "the search before is still running; retry later", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(mac, Errno.EINTR, "interrupted while another search was running", e);
        }
        try {
            UpperDeviceSweep result = mine.result;
            if (result == null) {
                begin(mine);
                result = UpperDeviceSweep.run(sessions, deadline);
                mine.result = result;
            }
            return result;
        } finally {
            turn.release();
        }
    }

    private synchronized Round joinNext() {
        return next;
    }

    private synchronized void begin(Round round) {
        if (next == round) {
            next = new Round();
        }
    }

    private static NetlinkException failure(MacAddress mac, Errno errno, String why, @Nullable Throwable cause) {
        return new NetlinkException("search upper devices of", mac.toString(), errno.number(), why, cause);
    }
}
