// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.rtnl;

import static io.enim.netlink.internal.wire.AddressMessage.AF_INET;
import static io.enim.netlink.internal.wire.AddressMessage.AF_INET6;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.RuleMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads routing rules and builds requests about them. */
public final class RuleRequests {
    /** {@code FIB_RULE_INVERT}; the other flags of linux/fib_rules.h are states that the kernel reports. */
    private static final int SETTABLE_FLAGS = 2;

    private RuleRequests() {}

    /** The rules of a namespace, both families; a family that the kernel has no rules for has none. */
    public static List<RuleMessage> all(NetlinkSocket socket, Deadline deadline) {
        List<RuleMessage> found = new ArrayList<>();
        for (int family : new int[] {AF_INET, AF_INET6}) {
            RuleMessage any = new RuleMessage(family, 0, 0, 0, 0, 0, 0, Attributes.NONE);
            NetlinkRequest request = new NetlinkRequest(
                    NetlinkOperation.LIST_RULES, RuleMessage.RTM_GETRULE, 0, any, "list rules", "family " + family);
            try {
                found.addAll(socket.dump(request, RuleMessage.RTM_NEWRULE, RuleMessage::decode, deadline));
            } catch (NetlinkException e) {
                if (!e.is(Errno.EAFNOSUPPORT) && !e.is(Errno.EOPNOTSUPP)) {
                    throw e;
                }
            }
        }
        return found;
    }

    /** Removes a rule as it was read. */
    public static NetlinkRequest remove(RuleMessage found, String device) {
        RuleMessage rule = new RuleMessage(
                found.family(),
                found.destinationLength(),
                found.sourceLength(),
                found.tos(),
                found.table(),
                found.action(),
                found.flags() & SETTABLE_FLAGS,
                found.attributes());
        return new NetlinkRequest(
                NetlinkOperation.REMOVE_RULE,
                RuleMessage.RTM_DELRULE,
                0,
                rule,
                "remove rule " + describe(found) + " for",
                device);
    }

    public static String describe(RuleMessage rule) {
        return rule.priority() + ":" + host(" from ", rule.sourceHost()) + host(" to ", rule.destinationHost())
                + " lookup " + rule.fullTable();
    }

    private static String host(String word, Optional<byte[]> octets) {
        return octets.map(AddressRequests::address)
                .map(address -> word + AddressRequests.text(address, address.getAddress().length * 8))
                .orElse("");
    }
}
