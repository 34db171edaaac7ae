package io.enim.examples.agent.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.testing.FuzzTarget;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;

/** The headers of a request: HPACK. */
public final class RequestHeadersFuzzTest extends FuzzTarget {
    @Override
    protected List<byte[]> inputs() {
        return List.of(
                new byte[0],
                // The examples of RFC 7541, C.3.1 and C.4.1: without and with Huffman coding.
                HexFormat.of().parseHex("828684410f7777772e6578616d706c652e636f6d"),
                HexFormat.of().parseHex("828684418cf1e3c2e5f23a6ba0ab90f4ff"),
                HexFormat.of().parseHex("04012f"),
                HexFormat.of().parseHex("3fe11f84"),
                HexFormat.of().parseHex("3fffffffff7f84"),
                HexFormat.of().parseHex("80"),
                HexFormat.of().parseHex("ff80808080808080808001"),
                HexFormat.of().parseHex("be"),
                HexFormat.of().parseHex("047fffffffff0f2f"),
                HexFormat.of().parseHex("0484ffffffff"),
                HexFormat.of().parseHex("40"));
    }

    public static void fuzzerTestOneInput(byte[] input) {
        readOrRefused(() -> assertThat(new RequestHeaders().path(input)).isNotEmpty(), IOException.class);
    }
}
