// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.LinkMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * The devices that a tenant stacked on an ENI's device, like macvlan and vlan. They would stay in its namespace, alive, on a
 * device that another endpoint gets.
 *
 * <p>They are deleted before the device moves, so that no other move waits for it, and as a group: the kernel waits for
 * its readers under RTNL once for each message that deletes, 19 ms on an idle machine, however many devices it deletes. A
 * message deletes a bounded number, so that others get RTNL in between.
 */
final class StackedDevices {
    private static final int PER_MESSAGE = 128;
    private static final int DESCRIBED = 8;

    private StackedDevices() {}

    /**
     * Those on the link and, above them, those on these; each comes after the one it is stacked on. One way through the links,
     * of which a tenant makes thousands.
     */
    static List<LinkMessage> on(LinkMessage link, List<LinkMessage> links) {
        Map<Integer, List<LinkMessage>> byLower = links.stream()
                .filter(other -> other.isUpper() && other.linkNamespaceId().isEmpty())
                .collect(Collectors.groupingBy(other -> other.link().orElseThrow()));
        List<LinkMessage> found = new ArrayList<>();
        ArrayDeque<LinkMessage> lowers = new ArrayDeque<>(List.of(link));
        Set<Integer> seen = new HashSet<>(Set.of(link.index()));
        while (!lowers.isEmpty()) {
            for (LinkMessage upper : byLower.getOrDefault(lowers.remove().index(), List.of())) {
                if (seen.add(upper.index())) {
                    found.add(upper);
                    lowers.add(upper);
                }
            }
        }
        return found;
    }

    /** Some of them in words: a report of two thousand is no help. */
    static List<String> describe(List<LinkMessage> stacked) {
        List<String> described = new ArrayList<>();
        for (LinkMessage upper : stacked.subList(0, Math.min(stacked.size(), DESCRIBED))) {
            described.add(upper.printableName() + " (" + upper.kind().orElse("?") + ") was stacked on it");
        }
        if (stacked.size() > DESCRIBED) {
            described.add((stacked.size() - DESCRIBED) + " more devices were stacked on it");
        }
        return described;
    }

    /** Deletes what is stacked on the link, the topmost first. What a tenant adds meanwhile stays. */
    static void delete(LinkMessage link, List<LinkMessage> links, Sandbox sandbox, Deadline deadline) {
        List<LinkMessage> stacked = on(link, links);
        Collections.reverse(stacked);
        int group = unusedGroup(links);
        for (int from = 0; from < stacked.size(); from += PER_MESSAGE) {
            if (deadline.isPast()) {
                throw new NetlinkException(
                        "delete what is stacked on",
                        LinkIdentity.describe(link),
                        Errno.ETIMEDOUT,
                        from + " of " + stacked.size() + " devices were deleted in time; repeat for the rest");
            }
            List<LinkMessage> part = stacked.subList(from, Math.min(stacked.size(), from + PER_MESSAGE));
            sandbox.withSocket(deadline, socket -> socket.transact(requests(part, group), deadline));
        }
    }

    private static List<NetlinkRequest> requests(List<LinkMessage> uppers, int group) {
        List<NetlinkRequest> requests = new ArrayList<>();
        for (LinkMessage upper : uppers) {
            requests.add(LinkRequests.setGroup(upper.index(), group, LinkIdentity.describe(upper)));
        }
        requests.add(LinkRequests.deleteGroup(group, uppers.size()));
        return requests;
    }

    /** One that a tenant cannot foresee: what it puts into the group meanwhile would be deleted too. */
    private static int unusedGroup(List<LinkMessage> links) {
        Set<Integer> used = links.stream().map(link -> link.group().orElse(0)).collect(Collectors.toSet());
        int group = 0;
        while (group == 0 || used.contains(group)) {
            group = ThreadLocalRandom.current().nextInt();
        }
        return group;
    }
}
