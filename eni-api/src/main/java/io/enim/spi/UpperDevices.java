// SPDX-License-Identifier: Apache-2.0
package io.enim.spi;

import io.enim.PrintableText;
import java.util.List;

/**
 * The result of a search for devices of other namespaces that are stacked on a device of the host, in {@linkplain
 * PrintableText printable} words. Immutable.
 *
 * @param found the devices, in words; there may be more of them
 * @param unsearched the namespaces that could not be searched, each with the reason
 */
public record UpperDevices(List<String> found, List<String> unsearched) {
    /** None, after a complete search. */
    public static final UpperDevices NONE = new UpperDevices(List.of(), List.of());

    public UpperDevices {
        found = PrintableText.of(found);
        unsearched = PrintableText.of(unsearched);
    }
}
