package io.enim.netlink.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.MacAddress;
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Any bytes are either read or refused as malformed. */
class WireProperties {
    private static final List<byte[]> CAPTURES = Stream.concat(CaptureFiles.DUMPS.stream(), Stream.of("ack-with-text"))
            .map(CaptureFiles::bytes)
            .toList();

    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:01");

    private static final List<Function<NetlinkMessage, Object>> DECODERS = List.of(
            message -> LinkMessage.decode(message).alternativeNames(),
            message -> LinkMessage.decode(message).kind(),
            message -> LinkMessage.decode(message).hasXdp(),
            message -> LinkMessage.decode(message).xdpPrograms(),
            message -> LinkMessage.decode(message).parent(),
            message -> LinkMessage.decode(message).linkNamespaceId(),
            message -> LinkMessage.decode(message).isOver(LinkMessage.decode(message)),
            message -> LinkIdentity.describe(LinkMessage.decode(message)),
            message -> DeviceMapper.of(LinkMessage.decode(message)),
            message -> LinkMatcher.findInSandbox(List.of(LinkMessage.decode(message)), MAC),
            message -> AddressMessage.decode(message).local(),
            message -> RouteMessage.decode(message).devices(),
            message -> RouteMessage.decode(message).fullTable(),
            message -> RouteMessage.decode(message).nexthop(),
            message -> RuleMessage.decode(message).sourceHost(),
            message -> RuleMessage.decode(message).destinationHost(),
            message -> RuleMessage.decode(message).names("eth0"),
            message -> RuleMessage.decode(message).priority()
                    + RuleMessage.decode(message).fullTable(),
            message -> NexthopMessage.decode(message).members(),
            message -> NexthopMessage.decode(message)
                    .leavesBy(NexthopMessage.decode(message).id()),
            NeighbourMessage::decode,
            message -> QdiscMessage.decode(message).kind(),
            message -> NamespaceIdMessage.decode(message).id(),
            AckMessage::decode);

    @Property(tries = 3000)
    void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
        assertReadOrRefused(bytes);
    }

    @Property(tries = 3000)
    void aDamagedMessageIsReadOrRefused(
            @ForAll @IntRange(max = 9) int capture,
            @ForAll @Size(max = 4) List<@IntRange(max = 2000) Integer> positions,
            @ForAll byte damage) {
        byte[] bytes = CAPTURES.get(capture).clone();
        for (int position : positions) {
            bytes[position % bytes.length] = damage;
        }
        assertReadOrRefused(bytes);
    }

    @Property(tries = 2000)
    void aMessageCutShortIsReadOrRefused(
            @ForAll @IntRange(max = 9) int capture, @ForAll @IntRange(max = 1200) int length) {
        byte[] bytes = CAPTURES.get(capture);
        assertReadOrRefused(Arrays.copyOf(bytes, Math.min(length, bytes.length)));
    }

    /** What could be read, is written and read again as the same. */
    static void assertReadOrRefused(byte[] bytes) {
        List<NetlinkMessage> messages;
        try {
            messages = NetlinkMessage.split(ByteBuffer.wrap(bytes));
        } catch (MalformedMessageException e) {
            assertThat(e).hasMessageContaining("netlink message at byte");
            return;
        }
        for (NetlinkMessage message : messages) {
            for (Function<NetlinkMessage, Object> decoder : DECODERS) {
                try {
                    Object read = decoder.apply(message);
                    assertThat(read).isNotNull();
                    if (read instanceof AckMessage ack) {
                        assertThat(ack.errno()).isBetween(0, 4095);
                    }
                } catch (MalformedMessageException e) {
                    assertThat(e.getMessage()).isNotEmpty();
                }
            }
            Attributes attributes = attributes(message);
            assertThat(Attributes.read(Align.wrap(attributes.toBytes())).toBytes())
                    .isEqualTo(attributes.toBytes());
        }
    }

    private static Attributes attributes(NetlinkMessage message) {
        try {
            return Attributes.read(message.body());
        } catch (MalformedMessageException e) {
            return Attributes.NONE;
        }
    }
}
