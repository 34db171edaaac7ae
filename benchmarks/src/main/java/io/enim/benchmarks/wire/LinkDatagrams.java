// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.wire;

import io.enim.benchmarks.jmh.MicroBenchmark;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.MessageWriter;
import io.enim.netlink.internal.wire.NetlinkMessage;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Encodes the message that moves a device into a sandbox, and decodes a link as a listing shows it. The floor writes and
 * reads the same bytes at offsets that it knows: it checks nothing, and can do nothing else.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LinkDatagrams extends MicroBenchmark {
    private final RawLink raw = new RawLink();
    private final byte[] listed = listed();

    /** What decoding is for. */
    public record Facts(String name, int mtu, long mac) {}

    @Benchmark
    public byte[] encode() {
        Attributes attributes = Attributes.builder()
                .u32(LinkMessage.IFLA_NET_NS_FD, RawLink.NAMESPACE)
                .u32(LinkMessage.IFLA_NEW_IFINDEX, RawLink.INDEX)
                .text(LinkMessage.IFLA_IFNAME, RawLink.NAME)
                .text(LinkMessage.IFLA_IFALIAS, RawLink.ALIAS)
                .u32(LinkMessage.IFLA_MTU, RawLink.MTU)
                .build();
        LinkMessage moved = LinkMessage.of(RawLink.INDEX, LinkMessage.IFF_UP, LinkMessage.IFF_UP, attributes);
        return new MessageWriter(RawLink.PORT, 1)
                .message(LinkMessage.RTM_SETLINK, RawLink.FLAGS, moved.structure(), moved.attributes())
                .toBytes();
    }

    @Benchmark
    public byte[] encodeFloor() {
        return raw.encode();
    }

    @Benchmark
    public Facts decode() {
        LinkMessage link =
                LinkMessage.decode(NetlinkMessage.split(ByteBuffer.wrap(listed)).get(0));
        long mac = RawLink.mac(ByteBuffer.wrap(link.address().orElseThrow()));
        return new Facts(link.name(), link.mtu().orElseThrow(), mac);
    }

    @Benchmark
    public Facts decodeFloor() {
        return raw.decode(listed);
    }

    /** A link with the attributes that the kernel lists for a virtio NIC, without its counters. */
    private static byte[] listed() {
        Attributes attributes = Attributes.builder()
                .text(LinkMessage.IFLA_IFNAME, RawLink.NAME)
                .u32(LinkMessage.IFLA_TXQLEN, 1000)
                .u8(LinkMessage.IFLA_OPERSTATE, 6)
                .u8(LinkMessage.IFLA_LINKMODE, 0)
                .u32(LinkMessage.IFLA_MTU, RawLink.MTU)
                .u32(LinkMessage.IFLA_MIN_MTU, 68)
                .u32(LinkMessage.IFLA_MAX_MTU, 65535)
                .u32(LinkMessage.IFLA_GROUP, 0)
                .u32(LinkMessage.IFLA_GSO_MAX_SEGS, 65535)
                .u32(LinkMessage.IFLA_GSO_MAX_SIZE, 65536)
                .bytes(LinkMessage.IFLA_ADDRESS, RawLink.address())
                .bytes(LinkMessage.IFLA_BROADCAST, new byte[6])
                .nested(
                        LinkMessage.IFLA_XDP,
                        Attributes.builder()
                                .u8(LinkMessage.IFLA_XDP_ATTACHED, 0)
                                .build())
                .bytes(LinkMessage.IFLA_PERM_ADDRESS, RawLink.address())
                .text(LinkMessage.IFLA_PARENT_DEV_NAME, "virtio3")
                .build();
        LinkMessage link = LinkMessage.of(RawLink.INDEX, LinkMessage.IFF_UP, 0, attributes);
        return new MessageWriter(RawLink.PORT, 1)
                .message(LinkMessage.RTM_NEWLINK, NetlinkMessage.NLM_F_MULTI, link.structure(), link.attributes())
                .toBytes();
    }
}
