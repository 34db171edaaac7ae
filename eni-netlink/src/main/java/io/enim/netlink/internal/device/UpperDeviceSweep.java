// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.NetnsHandle;
import io.enim.netlink.internal.netns.NetnsHolders;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.NamespaceIdRequests;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.UpperDevices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One way through every namespace but the host's, for devices that are stacked on one of the host's. Confined to one thread.
 *
 * <p>Namespaces come and go meanwhile: it ends when a list of them shows none that it has not searched.
 */
final class UpperDeviceSweep {
    private static final int DESCRIBED = 8;

    private final NetlinkSessions sessions;
    private final Deadline deadline;
    /** What was found, by the lower device on the host. */
    private final Map<Lower, List<String>> uppers = new HashMap<>();

    private final List<String> unsearched = new ArrayList<>();
    private final Set<Long> searched = new HashSet<>();
    private final Set<Path> ended = new HashSet<>();
    private final Set<Integer> searchedIds = new HashSet<>();

    /**
     * A device that others are stacked on.
     *
     * @param mac its MAC where the kernel does not tell its namespace, else empty
     */
    private record Lower(int index, Optional<MacAddress> mac) {}

    private UpperDeviceSweep(NetlinkSessions sessions, Deadline deadline) {
        this.sessions = sessions;
        this.deadline = deadline;
    }

    static UpperDeviceSweep run(NetlinkSessions sessions, Deadline deadline) {
        UpperDeviceSweep sweep = new UpperDeviceSweep(sessions, deadline);
        sweep.searchPaths();
        sweep.searchIds();
        return sweep;
    }

    /** What was found on this device of the host. */
    UpperDevices on(LinkMessage link) {
        List<String> found = Stream.of(Optional.<MacAddress>empty(), LinkIdentity.mac(link.address()))
                .distinct()
                .flatMap(mac -> uppers.getOrDefault(new Lower(link.index(), mac), List.of()).stream())
                .toList();
        return new UpperDevices(found, unsearched);
    }

    private void searchPaths() {
        Map<Long, Path> unseen = unseen();
        while (!unseen.isEmpty()) {
            unseen.forEach((inode, path) -> {
                if (deadline.isPast()) {
                    throw new NetlinkException(
                            "search upper devices in",
                            path.toString(),
                            Errno.ETIMEDOUT,
                            searched.size() + " namespaces were searched in time; retry when the host is less busy");
                }
                // Another path may lead to a namespace whose path ended; one that ends twice is a decoy.
                if (isSearched(path, inode) || !ended.add(path)) {
                    searched.add(inode);
                }
            });
            unseen = unseen();
        }
    }

    private Map<Long, Path> unseen() {
        Map<Long, Path> paths = NetnsHolders.paths();
        paths.keySet().removeAll(searched);
        return paths;
    }

    /** False when the path leads to this namespace no longer. */
    private boolean isSearched(Path path, long inode) {
        try (NetnsHandle file = NetnsHandle.open(path)) {
            if (file.id(0).inode() != inode) {
                return false;
            }
            if (!file.isSame(sessions.hostNamespace())) {
                sessions.onHost(deadline, socket -> file.with(fd -> NamespaceIdRequests.of(fd, socket, deadline)))
                        .ifPresent(searchedIds::add);
                search(file.reopen());
            }
        } catch (InvalidRequestException e) {
            return false;
        } catch (NetlinkException e) {
            unsearched.add(path + ": " + e.getMessage());
        }
        return true;
    }

    private void search(NetnsHandle file) {
        try (Sandbox sandbox = Sandbox.enter(sessions, file, deadline)) {
            sandbox.with(deadline, inside -> {
                // Loopback has no RTNL to wait for.
                return inside.devices().names().isEmpty()
                        ? List.<LinkMessage>of()
                        : note(
                                LinkRequests.underChanges(inside.socket(), deadline),
                                sandbox.path().toString(),
                                inside.socket());
            });
        }
    }

    private static boolean isOverOtherNamespace(LinkMessage link) {
        return link.isUpper() && link.linkNamespaceId().isPresent();
    }

    /** Notes the links whose lower device is on the host; the socket is where the links were read. */
    private List<LinkMessage> note(List<LinkMessage> links, String where, NetlinkSocket socket) {
        links.stream()
                .filter(link -> isOverUnknownNamespace(link, links))
                .forEach(link -> note(link, LinkIdentity.mac(link.address()), where));
        if (links.stream().noneMatch(UpperDeviceSweep::isOverOtherNamespace)) {
            return List.of();
        }
        Optional<Integer> host = sessions.hostNamespace().with(fd -> NamespaceIdRequests.of(fd, socket, deadline));
        links.stream()
                .filter(UpperDeviceSweep::isOverOtherNamespace)
                .filter(link -> host.filter(id -> id == link.linkNamespaceId().getAsInt())
                        .isPresent())
                .forEach(link -> note(link, Optional.empty(), where));
        return links;
    }

    /** No kernel tells the namespace of an ipvtap's lower device, whose MAC it has. */
    private static boolean isOverUnknownNamespace(LinkMessage link, List<LinkMessage> links) {
        Optional<MacAddress> mac = LinkIdentity.mac(link.address());
        return link.kind().filter("ipvtap"::equals).isPresent()
                && links.stream()
                        .noneMatch(other -> other.index() == link.link().orElse(0)
                                && LinkIdentity.mac(other.address()).equals(mac));
    }

    private void note(LinkMessage upper, Optional<MacAddress> lowerMac, String where) {
        Lower lower = new Lower(upper.link().orElseThrow(), lowerMac);
        List<String> found = uppers.computeIfAbsent(lower, each -> new ArrayList<>());
        if (found.size() < DESCRIBED) {
            found.add(LinkIdentity.describe(upper) + ", a " + upper.kind().orElse("device") + " in " + where);
        }
    }

    /** Those without a path: a descriptor or a socket keeps them alive, and only their ids on the host tell of them. */
    private void searchIds() {
        sessions.onHost(deadline, socket -> {
            for (int id : NamespaceIdRequests.all(socket, deadline)) {
                if (searchedIds.add(id)) {
                    try {
                        note(LinkRequests.allIn(id, socket, deadline), "namespace id " + id, socket);
                    } catch (NetlinkException e) {
                        // One that has ended meanwhile has nothing to search, and its id is no longer listed.
                        boolean hasEnded = e.is(Errno.EINVAL)
                                && !NamespaceIdRequests.all(socket, deadline).contains(id);
                        if (!hasEnded) {
                            unsearched.add("namespace id " + id + ": " + e.getMessage());
                        }
                    }
                }
            }
            return unsearched;
        });
    }
}
