// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.wire;

import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.NetlinkMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The messages of {@link LinkDatagrams} by hand: one buffer, fixed lengths, no objects in between. */
final class RawLink {
    static final int NAMESPACE = 42;
    static final int INDEX = 7;
    static final int MTU = 8950;
    static final int PORT = 4711;
    static final int FLAGS = NetlinkMessage.NLM_F_REQUEST | NetlinkMessage.NLM_F_ACK;
    static final String NAME = "eth1234";
    static final String ALIAS = "enim 02:00:5e:30:00:01 ens7 8950";

    private static final int HEADER = 16 + 16;

    static byte[] address() {
        return new byte[] {2, 0, 0x5e, 0x30, 0, 1};
    }

    byte[] encode() {
        byte[] name = NAME.getBytes(StandardCharsets.US_ASCII);
        byte[] alias = ALIAS.getBytes(StandardCharsets.US_ASCII);
        int length = HEADER + 8 + 8 + up(4 + name.length + 1) + up(4 + alias.length + 1) + 8;
        ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        out.putInt(length).putShort((short) LinkMessage.RTM_SETLINK).putShort((short) FLAGS);
        out.putInt(1).putInt(PORT);
        out.putInt(0).putInt(INDEX).putInt(LinkMessage.IFF_UP).putInt(LinkMessage.IFF_UP);
        number(out, LinkMessage.IFLA_NET_NS_FD, NAMESPACE);
        number(out, LinkMessage.IFLA_NEW_IFINDEX, INDEX);
        text(out, LinkMessage.IFLA_IFNAME, name);
        text(out, LinkMessage.IFLA_IFALIAS, alias);
        number(out, LinkMessage.IFLA_MTU, MTU);
        return out.array();
    }

    private static void number(ByteBuffer out, int type, int value) {
        out.putShort((short) 8).putShort((short) type).putInt(value);
    }

    private static void text(ByteBuffer out, int type, byte[] value) {
        int end = out.position() + up(4 + value.length + 1);
        out.putShort((short) (4 + value.length + 1)).putShort((short) type).put(value);
        out.position(end);
    }

    LinkDatagrams.Facts decode(byte[] datagram) {
        ByteBuffer in = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
        String name = "";
        int mtu = 0;
        long mac = 0;
        for (int at = HEADER; at < datagram.length; at += up(in.getShort(at))) {
            switch (in.getShort(at + 2)) {
                case LinkMessage.IFLA_IFNAME ->
                    name = new String(datagram, at + 4, in.getShort(at) - 5, StandardCharsets.US_ASCII);
                case LinkMessage.IFLA_MTU -> mtu = in.getInt(at + 4);
                case LinkMessage.IFLA_ADDRESS -> mac = mac(ByteBuffer.wrap(datagram, at + 4, 6));
                default -> {}
            }
        }
        return new LinkDatagrams.Facts(name, mtu, mac);
    }

    static long mac(ByteBuffer octets) {
        return (long) octets.getShort() << 32 | octets.getInt() & 0xffff_ffffL;
    }

    private static int up(int length) {
        return (length + 3) & ~3;
    }
}
