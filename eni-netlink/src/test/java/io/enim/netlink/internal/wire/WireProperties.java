package io.enim.netlink.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static final List<Function<NetlinkMessage, Object>> DECODERS = List.of(
            message -> LinkMessage.decode(message).alternativeNames(),
            message -> LinkMessage.decode(message).kind(),
            message -> LinkMessage.decode(message).hasXdp(),
            message -> AddressMessage.decode(message).local(),
            message -> RouteMessage.decode(message).devices(),
            NeighbourMessage::decode,
            QdiscMessage::decode,
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

    private static void assertReadOrRefused(byte[] bytes) {
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
                    assertThat(decoder.apply(message)).isNotNull();
                } catch (MalformedMessageException e) {
                    assertThat(e.getMessage()).isNotEmpty();
                }
            }
        }
    }
}
