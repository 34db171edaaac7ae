// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.rtnl;

import static io.enim.netlink.internal.wire.AddressMessage.AF_INET;
import static io.enim.netlink.internal.wire.AddressMessage.AF_INET6;

import io.enim.IpLiteral;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.NetlinkMessage;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Reads IP addresses of links and builds requests about them. */
public final class AddressRequests {
    private AddressRequests() {}

    public static int family(InetAddress address) {
        return address instanceof Inet4Address ? AF_INET : AF_INET6;
    }

    /**
     * Adds an address to a link, or keeps it if present. IPv6 is added without duplicate-address detection and is usable
     * at once: the cloud assigned it, so no other host has it.
     */
    public static NetlinkRequest add(int index, InetAddress address, int prefixLength, String device) {
        byte[] octets = address.getAddress();
        // Without IFA_LOCAL an IPv4 address is refused as malformed (inet_rtm_newaddr); for IPv6 both mean the same.
        Attributes.Builder attributes =
                Attributes.builder().bytes(AddressMessage.IFA_LOCAL, octets).bytes(AddressMessage.IFA_ADDRESS, octets);
        int flags = family(address) == AF_INET6 ? AddressMessage.IFA_F_NODAD : 0;
        return new NetlinkRequest(
                NetlinkOperation.ADD_ADDRESS,
                AddressMessage.RTM_NEWADDR,
                NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_REPLACE,
                new AddressMessage(family(address), prefixLength, flags, 0, index, attributes.build()),
                "add address " + text(address, prefixLength) + " to",
                device);
    }

    /** Removes an address as it was read. */
    public static NetlinkRequest remove(AddressMessage found, String device) {
        String described = describe(found);
        return new NetlinkRequest(
                NetlinkOperation.REMOVE_ADDRESS,
                AddressMessage.RTM_DELADDR,
                0,
                new AddressMessage(found.family(), found.prefixLength(), 0, 0, found.index(), identity(found)),
                "remove address " + described + " from",
                device);
    }

    private static Attributes identity(AddressMessage found) {
        Attributes.Builder identity = Attributes.builder();
        found.attributes()
                .bytes(AddressMessage.IFA_LOCAL)
                .ifPresent(octets -> identity.bytes(AddressMessage.IFA_LOCAL, octets));
        found.attributes()
                .bytes(AddressMessage.IFA_ADDRESS)
                .ifPresent(octets -> identity.bytes(AddressMessage.IFA_ADDRESS, octets));
        return identity.build();
    }

    /** The addresses of a link, both families; each family is requested separately, which takes no RTNL. */
    public static List<AddressMessage> of(NetlinkSocket socket, int index, Deadline deadline) {
        return atMost(Integer.MAX_VALUE, socket, index, deadline);
    }

    /** As {@link #of}; more than these of a family are an error (EMSGSIZE). */
    public static List<AddressMessage> atMost(int most, NetlinkSocket socket, int index, Deadline deadline) {
        List<AddressMessage> found = new ArrayList<>();
        for (int family : new int[] {AF_INET, AF_INET6}) {
            AddressMessage any = new AddressMessage(family, 0, 0, 0, index, Attributes.NONE);
            String device = "index " + index;
            NetlinkRequest request = new NetlinkRequest(
                    NetlinkOperation.LIST_ADDRESSES, AddressMessage.RTM_GETADDR, 0, any, "list addresses of", device);
            socket.dump(most, request, AddressMessage.RTM_NEWADDR, AddressMessage::decode, deadline).stream()
                    .filter(address -> address.index() == index)
                    .forEach(found::add);
        }
        return found;
    }

    public static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an IP address has 4 or 16 octets, not " + octets.length, e);
        }
    }

    public static String text(InetAddress address, int prefixLength) {
        return IpLiteral.format(address) + "/" + prefixLength;
    }

    public static String describe(AddressMessage found) {
        return found.local()
                .map(octets -> text(address(octets), found.prefixLength()))
                .orElse("family " + found.family());
    }
}
