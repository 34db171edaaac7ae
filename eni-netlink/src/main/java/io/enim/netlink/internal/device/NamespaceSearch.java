package io.enim.netlink.internal.device;

import io.enim.InvalidRequestException;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.NetnsHandle;
import io.enim.netlink.internal.netns.NetnsPaths;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.rtnl.LinkMatcher;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.SandboxLinks;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.NamespaceIdMessage;
import io.enim.spi.DeviceBaseline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Searches every namespace of this machine for a device: those that have a path or a process by entering them, and those
 * that have neither by the number home knows them by. The slow way, for when a device is not where it should be.
 */
final class NamespaceSearch {
    private final NetlinkSessions sessions;

    NamespaceSearch(NetlinkSessions kernel) {
        this.sessions = kernel;
    }

    /**
     * The namespace that holds the device, for the caller to close.
     *
     * @param already one that was searched before
     * @param unsearched receives, in words, what could not be searched, and where the device is when it cannot be entered
     */
    Optional<Sandbox> search(
            DeviceBaseline home, Optional<NetnsHandle> already, List<String> unsearched, Deadline deadline) {
        for (Path path : NetnsPaths.distinct()) {
            if (deadline.isPast()) {
                throw new NetlinkException(
                        "search namespaces for", home.mac().toString(), Errno.ETIMEDOUT, "stopped before " + path);
            }
            Optional<Sandbox> found = searchIn(path, home, already, unsearched, deadline);
            if (found.isPresent()) {
                return found;
            }
        }
        unsearched.addAll(searchByNamespaceId(home, deadline));
        return Optional.empty();
    }

    private Optional<Sandbox> searchIn(
            Path path, DeviceBaseline home, Optional<NetnsHandle> already, List<String> unsearched, Deadline deadline) {
        Optional<Sandbox> result = Optional.empty();
        try {
            NetnsHandle file = NetnsHandle.open(path);
            if (file.isSame(sessions.hostNamespace())
                    || already.filter(file::isSame).isPresent()) {
                file.close();
                return Optional.empty();
            }
            Sandbox sandbox = Sandbox.enter(sessions, file, deadline);
            try {
                List<LinkMessage> links = SandboxLinks.read(sandbox, deadline);
                if (LinkMatcher.find(links, home).isPresent()) {
                    result = Optional.of(sandbox);
                }
            } finally {
                if (result.isEmpty()) {
                    sandbox.close();
                }
            }
        } catch (InvalidRequestException e) {
            // A process or a name that ended meanwhile took nothing with it that a later look would not find.
            unsearched.add(path + " ended meanwhile");
        } catch (NetlinkException e) {
            unsearched.add(path + " could not be searched: " + e.getMessage());
        }
        return result;
    }

    /** Where the device is when only its namespace's number is known: held open by a descriptor or a socket. */
    private List<String> searchByNamespaceId(DeviceBaseline home, Deadline deadline) {
        return sessions.onHost(deadline, socket -> {
            List<String> found = new ArrayList<>();
            for (int id : knownIds(socket, deadline)) {
                try {
                    LinkMatcher.find(LinkRequests.allIn(id, socket, deadline), home)
                            .ifPresent(link -> found.add(DeviceMapper.describe(link) + " is in namespace id " + id
                                    + ", which no path and no process shows; whoever holds it open must let go"));
                } catch (NetlinkException e) {
                    found.add("namespace id " + id + " could not be searched: " + e.getMessage());
                }
            }
            return found;
        });
    }

    private static List<Integer> knownIds(NetlinkSocket socket, Deadline deadline) {
        NetlinkRequest netlinkRequest = NetlinkRequest.namespaceId(
                NetlinkOperation.LIST_NAMESPACES,
                NamespaceIdMessage.RTM_GETNSID,
                new NamespaceIdMessage(Attributes.NONE),
                "list namespace ids",
                "");
        return socket.dump(netlinkRequest, deadline).stream()
                .filter(message -> message.type() == NamespaceIdMessage.RTM_NEWNSID)
                .map(message -> NamespaceIdMessage.decode(message).id())
                .filter(OptionalInt::isPresent)
                .map(OptionalInt::getAsInt)
                .toList();
    }
}
