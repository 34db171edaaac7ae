package io.enim.netlink.internal.wire;

import io.enim.testing.FuzzTarget;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel sends, whose attributes tenants weigh and spell: messages, attributes, those inside them. */
public final class WireFuzzTest extends FuzzTarget {
    /** An error of 0x80000000, which has no positive counterpart. */
    private static final String LEAST_ERROR =
            "24000000 0200 0000 01000000 00000000 00000080 10000000 0000 0000 00000000 00000000";
    /** The end of a dump with a positive error. */
    private static final String POSITIVE_END = "14000000 0300 0000 01000000 00000000 01000000";

    @Override
    protected List<byte[]> inputs() {
        return Stream.concat(
                        Stream.of(LEAST_ERROR, POSITIVE_END)
                                .map(hex -> HexFormat.of().parseHex(hex.replace(" ", ""))),
                        CaptureFiles.DUMPS.stream().map(CaptureFiles::bytes))
                .toList();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        WireProperties.assertReadOrRefused(input);
    }
}
