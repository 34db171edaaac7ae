package io.enim.core.internal.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Endpoint;
import io.enim.LedgerException;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
import io.enim.testing.FuzzTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A directory of assignments with a file of any name and content, whose checksum is right: the ledger opens, and again with
 * the same in it, and an ADD is refused or not, with no other error.
 */
public final class LedgerFuzzTest extends FuzzTarget {
    private static final String BOOT = "b";
    private static final String NAME = "eni-1=web-0123456789abcdef01234567.rec";
    private static final String PENDING = NAME.replace(".rec", ".new");

    @Override
    protected List<byte[]> inputs() {
        return texts(
                NAME + "\nenim-record 1\nboot=b\n",
                NAME + "\nenim-record 1\nboot=b\nunreadable=torn\n",
                NAME + "\nenim-record 1\nboot=b\nunreadable=\r\u0005\n",
                "web-0123456789abcdef01234567.rec\nenim-record 1\nboot=b\nunreadable=torn\n",
                "%00" + NAME + "\nenim-record 1\nboot=b\n",
                "%1B%5B2J" + NAME + "\nenim-record 1\nboot=b\n",
                " ".repeat(81) + ".rec\nenim-record 1\n",
                "\u00fc".repeat(41) + ".rec\nenim-record 1\n",
                PENDING + "\nenim-record 1\nboot=b\n",
                PENDING + "\nenim-record 1\nboot=b\nunreadable=torn\n",
                PENDING + "\nenim-record 1\nboot=other\n",
                "%zz.new\nenim-record 1\nboot=b\n",
                "x\u001b[2J\nenim-record 1\n",
                NAME + "\nenim-record 1\n" + "\u00e9".repeat(6_000) + "=b\n" + "\u00e9".repeat(6_000) + "=c\n",
                NAME + "\nenim-record 1\nboot=b\nsandbox.path=/run/p\\0000d\n");
    }

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        String[] parts = text.split("\n", 2);
        String name = new String(parts[0].getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                .replace('/', '%')
                .replace('\0', '%');
        if (parts.length < 2
                || name.isEmpty()
                || name.startsWith(".")
                || name.getBytes(StandardCharsets.UTF_8).length > 240) {
            return;
        }
        Path directory = emptyDirectory();
        Files.write(directory.resolve(name), sealed(parts[1].getBytes(StandardCharsets.ISO_8859_1)));
        String before = open(directory);
        assertThat(open(directory)).isEqualTo(before);
    }

    /** Opens the ledger, and says what is in it. */
    private static String open(Path directory) {
        RecordStore store =
                RecordStore.open(Disk.OF_THE_MACHINE, directory, Durability.PROCESS, InstantSource.system());
        try (Ledger ledger = Ledger.open(store, BOOT)) {
            ledger.notes().forEach(FuzzTarget::assertShown);
            for (UnreadableAssignment held : ledger.unreadable()) {
                readOrRefused(() -> ledger.requireReadable(held.placeholder()), LedgerException.class);
            }
            readOrRefused(() -> ledger.requireReadable(Endpoint.of("default", "web")), LedgerException.class);
            return ledger.all() + " "
                    + ledger.unreadable().stream()
                            .map(UnreadableAssignment::placeholder)
                            .toList();
        }
    }

    private static byte[] sealed(byte[] body) {
        CRC32C sum = new CRC32C();
        sum.update(body);
        String all = new String(body, StandardCharsets.ISO_8859_1) + "sum="
                + HexFormat.of().toHexDigits(sum.getValue(), 8) + "\n";
        return all.getBytes(StandardCharsets.ISO_8859_1);
    }
}
