package io.enim.netlink.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that a kernel sent are decoded, and written again byte for byte. */
class CapturedMessagesTest {
    @BeforeEach
    void needsTheByteOrderOfTheCapture() {
        assumeThat(ByteOrder.nativeOrder())
                .as("the captures are of a little-endian machine")
                .isEqualTo(ByteOrder.LITTLE_ENDIAN);
    }

    private static <T> List<T> decode(String capture, int type, Function<NetlinkMessage, T> decoder) {
        return CaptureFiles.messages(capture, type).stream().map(decoder).toList();
    }

    private static LinkMessage link(String capture) {
        return decode(capture, LinkMessage.RTM_NEWLINK, LinkMessage::decode).get(0);
    }

    @Test
    void aVethIsReadWithEverythingThatIdentifiesIt() {
        LinkMessage link = link("newlink-veth");
        assertThat(link.name()).isEqualTo("eni0");
        assertThat(link.address().orElseThrow()).containsExactly(2, 0, 0x5e, 0, 0x53, 1);
        assertThat(link.permanentAddress()).isEmpty();
        assertThat(link.broadcast().orElseThrow()).containsOnly(-1);
        assertThat(link.mtu()).hasValue(1400);
        assertThat(link.attributes().u32(LinkMessage.IFLA_MIN_MTU)).hasValue(68);
        assertThat(link.attributes().u32(LinkMessage.IFLA_MAX_MTU)).hasValue(65535);
        assertThat(link.txQueueLength()).hasValue(1000);
        assertThat(link.group()).hasValue(7);
        assertThat(link.alias()).contains("an alias");
        assertThat(link.alternativeNames()).containsExactly("first-name", "second-name");
        assertThat(link.kind()).contains("veth");
        assertThat(link.linkNamespaceId()).hasValue(0);
        assertThat(link.has(LinkMessage.IFF_UP | LinkMessage.IFF_MULTICAST)).isTrue();
        assertThat(link.hasXdp()).isFalse();
        assertThat(link.parent()).isEmpty();
        assertThat(link.master()).isEmpty();
    }

    @Test
    void aStackedDeviceNamesTheOneBelow() {
        LinkMessage below = link("newlink-veth");
        LinkMessage stacked = link("newlink-macvlan");
        assertThat(stacked.kind()).contains("macvlan");
        assertThat(stacked.link()).hasValue(below.index());
        assertThat(stacked.linkNamespaceId()).isEmpty();
    }

    @Test
    void addressesAreReadWithTheirFlags() {
        AddressMessage four = decode("newaddr-dump-ipv4", AddressMessage.RTM_NEWADDR, AddressMessage::decode)
                .get(0);
        assertThat(four.local().orElseThrow()).containsExactly(10, 0, 3, 7);
        assertThat(four.prefixLength()).isEqualTo(24);
        assertThat(four.flags()).isEqualTo(0x80); // IFA_F_PERMANENT
        List<AddressMessage> six = decode("newaddr-dump-ipv6", AddressMessage.RTM_NEWADDR, AddressMessage::decode);
        assertThat(six)
                .filteredOn(address -> address.scope() == 0)
                .singleElement()
                .satisfies(address -> {
                    assertThat(address.local().orElseThrow())
                            .startsWith(0x20, 0x01, 0x0d, 0xb8)
                            .endsWith(7);
                    assertThat(address.flags() & AddressMessage.IFA_F_NODAD).isNotZero();
                    assertThat(address.flags() & 0x40).as("IFA_F_TENTATIVE").isZero();
                });
    }

    @Test
    void routesAreReadWithEveryDeviceTheyLeaveBy() {
        int index = link("newlink-veth").index();
        List<RouteMessage> routes = decode("newroute-dump-ipv4", RouteMessage.RTM_NEWROUTE, RouteMessage::decode);
        assertThat(routes).allSatisfy(route -> {
            assertThat(route.devices()).isNotEmpty().containsOnly(index);
            assertThat(route.fullTable()).isEqualTo(RouteMessage.RT_TABLE_MAIN);
        });
        assertThat(routes)
                .filteredOn(route -> route.destinationLength() == 0)
                .singleElement()
                .satisfies(route -> assertThat(route.gateway().orElseThrow()).containsExactly(10, 0, 3, 1));
        assertThat(routes)
                .filteredOn(route -> route.destinationLength() == 16)
                .singleElement()
                .satisfies(route -> assertThat(route.devices()).hasSize(2));
    }

    @Test
    void aPermanentNeighbourIsRead() {
        assertThat(decode("newneigh-dump", NeighbourMessage.RTM_NEWNEIGH, NeighbourMessage::decode))
                .filteredOn(neighbour -> neighbour.state() == NeighbourMessage.NUD_PERMANENT)
                .singleElement()
                .extracting(NeighbourMessage::attributes)
                .satisfies(neighbour -> {
                    assertThat(neighbour.bytes(NeighbourMessage.NDA_DST).orElseThrow())
                            .containsExactly(10, 0, 3, 9);
                    assertThat(neighbour.bytes(NeighbourMessage.NDA_LLADDR).orElseThrow())
                            .containsExactly(2, 0, 0x5e, 0, 0x53, 9);
                });
    }

    @Test
    void queueingDisciplinesAreReadWithTheirPlace() {
        List<QdiscMessage> found = decode("newqdisc-dump", QdiscMessage.RTM_NEWQDISC, QdiscMessage::decode);
        assertThat(found).extracting(qdisc -> qdisc.kind().orElse("")).contains("tbf", "clsact");
        assertThat(found)
                .filteredOn(qdisc -> qdisc.kind().orElse("").equals("tbf"))
                .singleElement()
                .satisfies(qdisc -> {
                    assertThat(qdisc.parent()).isEqualTo(QdiscMessage.TC_H_ROOT);
                    assertThat(qdisc.handle()).isEqualTo(5 << 16);
                });
    }

    @Test
    void aNamespaceIdIsRead() {
        assertThat(decode("newnsid-dump", NamespaceIdMessage.RTM_NEWNSID, NamespaceIdMessage::decode))
                .first()
                .satisfies(message -> assertThat(message.id()).contains(0));
    }

    @Test
    void answersCarryErrnoAndTheKernelsText() {
        assertThat(Stream.of("ack-success", "ack-no-such-device", "ack-with-text")
                        .map(capture ->
                                AckMessage.decode(CaptureFiles.messages(capture).get(0))))
                .containsExactly(
                        new AckMessage(0, ""),
                        new AckMessage(19, ""),
                        new AckMessage(22, "Nexthop has invalid gateway"));
    }

    static List<String> dumps() {
        return CaptureFiles.DUMPS;
    }

    @ParameterizedTest
    @MethodSource("dumps")
    void whatWasReadIsWrittenAgainByteForByte(String capture) {
        int type = CaptureFiles.messages(capture).get(0).type();
        byte[] captured = CaptureFiles.bytes(capture);
        List<NetlinkMessage> messages = CaptureFiles.messages(capture, type);
        assertThat(messages).isNotEmpty();
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        for (NetlinkMessage message : messages) {
            MessageBody body = body(message);
            written.writeBytes(new MessageWriter(message.port(), message.sequence())
                    .message(type, message.flags(), body.structure(), body.attributes())
                    .toBytes());
        }
        // A dump ends in a message of another type, which is not compared.
        assertThat(written.toByteArray()).isEqualTo(Arrays.copyOf(captured, written.size()));
        assertThat(captured.length - written.size()).isLessThanOrEqualTo(20);
    }

    private static MessageBody body(NetlinkMessage message) {
        return switch (message.type()) {
            case LinkMessage.RTM_NEWLINK -> LinkMessage.decode(message);
            case AddressMessage.RTM_NEWADDR -> AddressMessage.decode(message);
            case RouteMessage.RTM_NEWROUTE -> RouteMessage.decode(message);
            case NeighbourMessage.RTM_NEWNEIGH -> NeighbourMessage.decode(message);
            case QdiscMessage.RTM_NEWQDISC -> QdiscMessage.decode(message);
            case NamespaceIdMessage.RTM_NEWNSID -> NamespaceIdMessage.decode(message);
            default -> throw new AssertionError("not a captured type: " + message);
        };
    }
}
