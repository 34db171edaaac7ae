// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.rtnl;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.NexthopMessage;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads nexthop objects, which routes refer to by id. */
final class NexthopRequests {
    private NexthopRequests() {}

    /** The ids of the nexthops that leave by this link, and of the groups with such a member. */
    static Set<Integer> leavingBy(NetlinkSocket socket, int index, Deadline deadline) {
        List<NexthopMessage> all = all(socket, deadline);
        Set<Integer> found = new HashSet<>();
        all.stream().filter(nexthop -> nexthop.leavesBy(index)).forEach(nexthop -> found.add(nexthop.id()));
        // A group has no groups as members.
        all.stream()
                .filter(group -> !Collections.disjoint(group.members(), found))
                .map(NexthopMessage::id)
                .toList()
                .forEach(found::add);
        return found;
    }

    private static List<NexthopMessage> all(NetlinkSocket socket, Deadline deadline) {
        NexthopMessage any = new NexthopMessage(0, Attributes.NONE);
        NetlinkRequest request = new NetlinkRequest(
                NetlinkOperation.LIST_NEXTHOPS, NexthopMessage.RTM_GETNEXTHOP, 0, any, "list nexthops", "");
        try {
            return socket.dump(request, NexthopMessage.RTM_NEWNEXTHOP, NexthopMessage::decode, deadline);
        } catch (NetlinkException e) {
            // Kernels before 5.3 have no such objects.
            if (e.is(Errno.EOPNOTSUPP)) {
                return List.of();
            }
            throw e;
        }
    }
}
