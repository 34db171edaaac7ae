// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.ledger;

import io.enim.LedgerException;
import io.enim.core.internal.records.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The id of this boot of the machine ({@code /proc/sys/kernel/random/boot_id}, see {@code random(4)}). */
public final class BootId {
    private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int MOST = 64;

    private BootId() {}

    /** This boot's id; {@code none} on a machine that has no such file. */
    public static String read(Disk disk) {
        if (!disk.exists(FILE)) {
            return "none";
        }
        try {
            return new String(disk.read(FILE, MOST), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new LedgerException("read the boot id from", FILE, "it must be readable; is /proc mounted?", e);
        }
    }
}
