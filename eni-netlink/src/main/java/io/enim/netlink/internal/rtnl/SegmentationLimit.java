// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.rtnl;

import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The limits of a device's segmentation offload that a tenant can set, in the order in which {@code do_setlink}
 * (net/core/rtnetlink.c) applies it: setting a general limit sets the one of IPv4 too.
 */
public enum SegmentationLimit {
    GSO_MAX_SIZE(LinkMessage.IFLA_GSO_MAX_SIZE),
    GSO_MAX_SEGS(LinkMessage.IFLA_GSO_MAX_SEGS),
    GRO_MAX_SIZE(LinkMessage.IFLA_GRO_MAX_SIZE),
    GSO_IPV4_MAX_SIZE(LinkMessage.IFLA_GSO_IPV4_MAX_SIZE),
    GRO_IPV4_MAX_SIZE(LinkMessage.IFLA_GRO_IPV4_MAX_SIZE);

    private final int attribute;
    /** As {@code ip -d link} prints it. */
    private final String printed;

    SegmentationLimit(int attribute) {
        this.attribute = attribute;
        this.printed = name().toLowerCase(Locale.ROOT);
    }

    /** The limits that the kernel reports for a link. */
    static Map<String, Integer> of(LinkMessage link) {
        Map<String, Integer> limits = new LinkedHashMap<>();
        for (SegmentationLimit limit : values()) {
            OptionalInt value = link.attributes().u32(limit.attribute);
            value.ifPresent(set -> limits.put(limit.printed, set));
        }
        return limits;
    }

    /** Adds the attributes that restore a link's limits; all of them when one differs, since setting one may set another. */
    public static void restore(Attributes.Builder attributes, Map<String, Integer> before, LinkMessage link) {
        Map<String, Integer> now = of(link);
        boolean differs = before.entrySet().stream()
                .anyMatch(limit ->
                        now.containsKey(limit.getKey()) && !limit.getValue().equals(now.get(limit.getKey())));
        for (SegmentationLimit limit : values()) {
            Integer value = before.get(limit.printed);
            if (differs && value != null && now.containsKey(limit.printed)) {
                attributes.u32(limit.attribute, value);
            }
        }
    }
}
