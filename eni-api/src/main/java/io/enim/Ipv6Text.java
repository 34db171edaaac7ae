// SPDX-License-Identifier: Apache-2.0
package io.enim;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads IPv6 addresses as {@code inet_pton(3)} does: so the kernel's tools accept what ENIM accepts. Its time is linear. */
final class Ipv6Text {
    private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
    private static final String GAP = "::";
    private static final int OCTETS = 16;

    private Ipv6Text() {}

    /** The octets; empty where the text is no address. */
    static Optional<byte[]> parse(String text) {
        int gap = text.indexOf(GAP);
        if (gap < 0) {
            return octets(text, true).filter(all -> all.length == OCTETS);
        }
        String behind = text.substring(gap + GAP.length());
        if (text.indexOf(GAP, gap + 1) >= 0) {
            return Optional.empty();
        }
        return octets(text.substring(0, gap), false)
                .flatMap(head -> octets(behind, true)
                        .filter(tail -> head.length + tail.length < OCTETS)
                        .map(tail -> {
                            byte[] all = Arrays.copyOf(head, OCTETS);
                            System.arraycopy(tail, 0, all, OCTETS - tail.length, tail.length);
                            return all;
                        }));
    }

    private static Optional<byte[]> octets(String groups, boolean mayEndInIpv4) {
        String[] each = groups.isEmpty() ? new String[0] : groups.split(":", -1);
        ByteBuffer octets = ByteBuffer.allocate(2 * each.length + 2);
        for (int i = 0; i < each.length; i++) {
            if (mayEndInIpv4
                    && i == each.length - 1
                    && IpLiteral.IPV4.matcher(each[i]).matches()) {
                for (String octet : each[i].split("\\.")) {
                    octets.put((byte) Integer.parseInt(octet));
                }
            } else if (GROUP.matcher(each[i]).matches()) {
                octets.putShort((short) Integer.parseInt(each[i], 16));
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(Arrays.copyOf(octets.array(), octets.position()));
    }
}
