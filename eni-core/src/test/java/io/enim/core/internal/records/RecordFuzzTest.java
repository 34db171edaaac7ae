package io.enim.core.internal.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.testing.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Files and file names of records: as they are, and as a record whose checksum is right. What is accepted is written and read
 * again as the same.
 */
public final class RecordFuzzTest extends FuzzTarget {
    private static final RecordFormat FORMAT = new RecordFormat(RecordFormat.VERSION);

    @Override
    protected List<byte[]> inputs() {
        return texts(
                "",
                "enim-record 1\na=b\n",
                "enim-record 1\na=b",
                "enim-recorsum=d#=b\na=c\n",
                "enim-record 1\na=\\00e\n",
                "enim-record 1\na=b\na=c\n",
                "enim-record 1\na=\\-001\n",
                "enim-record 1\n" + "\u00e9".repeat(30_000) + "=b\n" + "\u00e9".repeat(30_000) + "=c\n",
                "web-1.rec",
                "web-1.new",
                " ".repeat(81) + ".rec",
                "\u00fc".repeat(41) + ".rec",
                "%zz.rec");
    }

    public static void fuzzerTestOneInput(byte[] input) {
        read(input);
        read(sealed(input));
        String fileName = text(input);
        readOrRefused(
                () -> {
                    String name = RecordFiles.recordName(fileName);
                    assertThat(
                                    RecordFiles.isPending(fileName)
                                            ? RecordFiles.pendingName(name)
                                            : RecordFiles.fileName(name))
                            .isEqualTo(fileName);
                },
                RecordFormat.UnreadableException.class);
    }

    private static byte[] sealed(byte[] body) {
        CRC32C sum = new CRC32C();
        sum.update(body);
        byte[] seal =
                ("sum=" + HexFormat.of().toHexDigits(sum.getValue(), 8) + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] sealed = Arrays.copyOf(body, body.length + seal.length);
        System.arraycopy(seal, 0, sealed, body.length, seal.length);
        return sealed;
    }

    private static void read(byte[] file) {
        readOrRefused(
                () -> {
                    Map<String, String> fields = FORMAT.read(file);
                    assertThat(FORMAT.read(FORMAT.write(fields))).isEqualTo(fields);
                },
                RecordFormat.UnreadableException.class);
    }
}
