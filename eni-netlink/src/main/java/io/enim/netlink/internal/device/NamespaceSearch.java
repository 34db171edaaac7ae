// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.InvalidRequestException;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.NetnsHandle;
import io.enim.netlink.internal.netns.NetnsPaths;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.NamespaceIdRequests;
import io.enim.netlink.internal.rtnl.SandboxLinks;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.DeviceBaseline;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Searches every namespace of this host for a device: those with a path or a process by entering them, and those with
 * neither by their id in the host namespace. Slow; the last resort when a device is not where it should be.
 */
final class NamespaceSearch {
    private final NetlinkSessions sessions;

    NamespaceSearch(NetlinkSessions sessions) {
        this.sessions = sessions;
    }

    /**
     * The namespace that holds the device, for the caller to close.
     *
     * @param already a namespace that was searched before
     * @param unsearched receives, in words, the namespaces that could not be searched, and where the device is when its
     *     namespace cannot be entered
     */
    Optional<Sandbox> search(
            DeviceBaseline baseline, Optional<NetnsHandle> already, List<String> unsearched, Deadline deadline) {
        for (Path path : NetnsPaths.distinct()) {
            if (deadline.isPast()) {
                throw new NetlinkException(
                        "search namespaces for",
                        baseline.mac().toString(),
                        Errno.ETIMEDOUT,
                        "stopped before " + path + "; the rest was not searched");
            }
            Optional<Sandbox> found = searchIn(path, baseline, already, unsearched, deadline);
            if (found.isPresent()) {
                return found;
            }
        }
        searchByNamespaceId(baseline, unsearched, deadline);
        return Optional.empty();
    }

    private Optional<Sandbox> searchIn(
            Path path,
            DeviceBaseline baseline,
            Optional<NetnsHandle> already,
            List<String> unsearched,
            Deadline deadline) {
        try {
            NetnsHandle file = NetnsHandle.open(path);
            if (file.isSame(sessions.hostNamespace())
                    || already.filter(file::isSame).isPresent()) {
                file.close();
                return Optional.empty();
            }
            Sandbox sandbox = Sandbox.enter(sessions, file, deadline);
            boolean isThere = false;
            try {
                List<LinkMessage> links = SandboxLinks.read(sandbox, deadline);
                isThere = LinkMatcher.find(links, baseline).isPresent();
                links.stream()
                        .filter(link -> !link.isReadable())
                        .forEach(link -> unsearched.add(link.name() + " in " + path + " could not be read"));
                return isThere ? Optional.of(sandbox) : Optional.empty();
            } finally {
                if (!isThere) {
                    sandbox.close();
                }
            }
        } catch (InvalidRequestException e) {
            // Another path shows its namespace, or that ended too, and the kernel returned the device to the host.
            unsearched.add(path + " ended meanwhile");
        } catch (NetlinkException e) {
            unsearched.add(path + " could not be searched: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** Where the device is when only its namespace's id is known: a descriptor or a socket keeps it alive. */
    private void searchByNamespaceId(DeviceBaseline baseline, List<String> unsearched, Deadline deadline) {
        sessions.onHost(deadline, socket -> {
            for (int id : NamespaceIdRequests.all(socket, deadline)) {
                try {
                    LinkMatcher.find(LinkRequests.allIn(id, socket, deadline), baseline)
                            .ifPresent(link -> unsearched.add(LinkIdentity.describe(link) + " is in namespace id " + id
                                    + ", which has no path and no process; end the process that keeps it open"));
                } catch (NetlinkException e) {
                    unsearched.add("namespace id " + id + " could not be searched: " + e.getMessage());
                }
            }
            return unsearched;
        });
    }
}
