// SPDX-License-Identifier: Apache-2.0
package io.enim.spi;

import static java.util.Objects.requireNonNull;

import io.enim.PrintableText;
import java.util.List;

/**
 * The result of a return to the host, read back from the kernel, in {@linkplain PrintableText printable} words.
 * Immutable.
 *
 * @param foundIn where it was found
 * @param repaired the residue of the last endpoint that was repaired, in words
 * @param unresolved what could not be repaired; not empty means that the device is not clean. For a device that was found
 *     nowhere: the places that could not be searched or entered, where it may be; empty when all were searched
 * @param takenOver what software of the host had configured on the device, and was removed: that it was up, addresses,
 *     routes and rules; and which software it may have been. Empty when the host left the device alone
 */
public record ReturnReport(Location foundIn, List<String> repaired, List<String> unresolved, List<String> takenOver) {
    /** Where a device was found. */
    public enum Location {
        /** In the host namespace. */
        HOST,
        /** In the endpoint's namespace. */
        SANDBOX,
        /** In another namespace of this machine. */
        OTHER_NAMESPACE,
        /** Nowhere: unplugged, being moved, or hidden. */
        NOT_FOUND
    }

    public ReturnReport {
        requireNonNull(foundIn, "foundIn");
        repaired = PrintableText.of(repaired);
        unresolved = PrintableText.of(unresolved);
        takenOver = PrintableText.of(takenOver);
    }

    /** A report of a device that the host left alone. */
    public ReturnReport(Location foundIn, List<String> repaired, List<String> unresolved) {
        this(foundIn, repaired, unresolved, List.of());
    }

    /** Whether the device was verified on the host, by MAC, clean (P2). */
    public boolean isVerified() {
        return foundIn != Location.NOT_FOUND && unresolved.isEmpty();
    }
}
