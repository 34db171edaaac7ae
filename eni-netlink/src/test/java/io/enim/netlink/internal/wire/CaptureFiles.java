package io.enim.netlink.internal.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Messages that a kernel sent, on a little-endian machine: the tests that read them need one too. */
final class CaptureFiles {
    static final List<String> DUMPS = List.of(
            "newlink-veth",
            "newlink-macvlan",
            "newaddr-dump-ipv4",
            "newaddr-dump-ipv6",
            "newroute-dump-ipv4",
            "newroute-dump-ipv6",
            "newneigh-dump",
            "newqdisc-dump",
            "newnsid-dump");

    private CaptureFiles() {}

    static byte[] bytes(String name) {
        try (InputStream in = CaptureFiles.class.getResourceAsStream(name + ".hex")) {
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of()
                    .parseHex(text.lines().filter(line -> !line.startsWith("#")).collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<NetlinkMessage> messages(String name) {
        return NetlinkMessage.split(ByteBuffer.wrap(bytes(name)));
    }

    /** The messages of this type. */
    static List<NetlinkMessage> messages(String name, int type) {
        return messages(name).stream().filter(message -> message.type() == type).toList();
    }
}
