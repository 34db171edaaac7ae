// SPDX-License-Identifier: Apache-2.0
package io.enim.spi;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The result of a return to the host, read back from the kernel. Immutable.
 *
 * @param foundIn where it was found
 * @param repaired the residue of the last endpoint that was repaired, in words
 * @param unresolved what could not be repaired; not empty means that the device is not clean. For a device that was found
 *     nowhere: the places that could not be searched or entered, where it may be; empty when all were searched
 */
public record ReturnReport(Location foundIn, List<String> repaired, List<String> unresolved) {
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
        repaired = List.copyOf(repaired);
        unresolved = List.copyOf(unresolved);
    }

    /** Whether the device was verified on the host, by MAC, clean (P2). */
    public boolean isVerified() {
        return foundIn != Location.NOT_FOUND && unresolved.isEmpty();
    }
}
