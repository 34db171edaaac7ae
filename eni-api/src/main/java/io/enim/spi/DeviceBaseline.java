// SPDX-License-Identifier: Apache-2.0
package io.enim.spi;

import static java.util.Objects.requireNonNull;

import io.enim.InterfaceName;
import io.enim.MacAddress;
import io.enim.PrintableText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state of a device on the host between two endpoints, which is restored when it returns. Immutable.
 *
 * <p>What is not described here is as in {@link Device}.
 *
 * @param mac its identity
 * @param name its name in the host namespace
 * @param ifindex its index there; a hint, the kernel may give another
 * @param segmentation its limits of segmentation offload; a limit that is missing here is not compared
 * @param kind its kind when it was first seen; empty for hardware. A device of another kind is a look-alike
 */
public record DeviceBaseline(
        MacAddress mac,
        String name,
        int ifindex,
        int mtu,
        int txQueueLength,
        int group,
        Map<String, Integer> segmentation,
        Optional<String> parent,
        Optional<String> kind) {
    public DeviceBaseline {
        requireNonNull(mac, "mac");
        name = new InterfaceName(name).value();
        segmentation = Map.copyOf(segmentation);
        requireNonNull(parent, "parent");
        requireNonNull(kind, "kind");
    }

    /** The same under another name and index. */
    public DeviceBaseline at(String otherName, int otherIndex) {
        return new DeviceBaseline(mac, otherName, otherIndex, mtu, txQueueLength, group, segmentation, parent, kind);
    }

    /** The same with another MTU. */
    public DeviceBaseline withMtu(int otherMtu) {
        return new DeviceBaseline(mac, name, ifindex, otherMtu, txQueueLength, group, segmentation, parent, kind);
    }

    /** The attributes of the device that differ from this baseline; empty when it is clean as far as they tell. */
    public List<String> differences(Device seen) {
        List<String> differences = new ArrayList<>();
        differ(differences, "name", name, seen.name());
        differ(differences, "mac", mac, seen.mac());
        differ(differences, "mtu", mtu, seen.mtu());
        differ(differences, "txqlen", txQueueLength, seen.txQueueLength());
        differ(differences, "group", group, seen.group());
        segmentation.forEach((limit, value) ->
                differ(differences, limit, value, seen.segmentation().getOrDefault(limit, value)));
        differ(differences, "flags", List.of(), seen.flags());
        differ(differences, "alias", "", seen.alias().orElse(""));
        differ(differences, "alternative names", List.of(), seen.altNames());
        differ(differences, "master", 0, seen.master());
        return differences;
    }

    private static void differ(List<String> differences, String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            differences.add(what + " is " + PrintableText.of(actual.toString()) + ", not " + expected);
        }
    }
}
