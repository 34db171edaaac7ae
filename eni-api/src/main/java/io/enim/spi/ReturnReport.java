package io.enim.spi;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * How a device came home, read back from the kernel and not inferred.
 *
 * @param foundIn where it was found
 * @param mended what the last endpoint had left and was put right, in words
 * @param remaining what could not be put right; not empty means the device is not clean. Of a device that was searched
 *     for everywhere and found nowhere: where it may be all the same, since that could not be searched or entered; empty
 *     when nothing was left out
 */
public record ReturnReport(Location foundIn, List<String> repaired, List<String> unresolved) {
    /** Where a device was found. */
    public enum Location {
        /** In the host namespace. */
        HOST,
        /** In the endpoint's namespace. */
        SANDBOX,
        /** In some other namespace of this machine. */
        OTHER_NAMESPACE,
        /** Nowhere: unplugged, on its way, or hidden. */
        NOT_FOUND
    }

    public ReturnReport {
        requireNonNull(foundIn, "foundIn");
        repaired = List.copyOf(repaired);
        unresolved = List.copyOf(unresolved);
    }

    /** Whether the device was seen at home, by MAC, clean (P2). */
    public boolean isVerified() {
        return foundIn != Location.NOT_FOUND && unresolved.isEmpty();
    }
}
