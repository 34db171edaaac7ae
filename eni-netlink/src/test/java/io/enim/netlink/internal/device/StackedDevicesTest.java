package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StackedDevicesTest {
    private static final int MANY = 2_000;

    private static LinkMessage macvlan(int index, int lower) {
        Attributes info =
                Attributes.builder().text(LinkMessage.IFLA_INFO_KIND, "macvlan").build();
        return LinkMessage.of(
                index,
                Attributes.builder()
                        .text(LinkMessage.IFLA_IFNAME, "mv" + index)
                        .u32(LinkMessage.IFLA_LINK, lower)
                        .nested(LinkMessage.IFLA_LINKINFO, info)
                        .build());
    }

    /** Each on the one before, so that a walk for each of them would be a walk for two thousand. */
    @Test
    void p18_thousandsAreFoundInOneWayThroughTheLinks() {
        List<LinkMessage> links = IntStream.rangeClosed(2, MANY)
                .mapToObj(index -> macvlan(index, index - 1))
                .toList();
        AtomicInteger read = new AtomicInteger();
        List<LinkMessage> counted = new AbstractList<>() {
            @Override
            public LinkMessage get(int i) {
                read.incrementAndGet();
                return links.get(i);
            }

            @Override
            public int size() {
                return links.size();
            }
        };
        assertThat(StackedDevices.on(LinkMessage.of(1, Attributes.NONE), counted))
                .isEqualTo(links);
        assertThat(read).hasValueLessThanOrEqualTo(MANY);
    }
}
