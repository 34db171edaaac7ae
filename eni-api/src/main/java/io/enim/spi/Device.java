// SPDX-License-Identifier: Apache-2.0
package io.enim.spi;

import static java.util.Objects.requireNonNull;

import io.enim.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network device as the kernel shows it at one moment.
 *
 * @param ifindex its index in its namespace
 * @param name its name there
 * @param mac the current MAC
 * @param permanentMac the MAC it was made with ({@code IFLA_PERM_ADDRESS}); empty where the kernel reports none
 * @param kind {@code IFLA_INFO_KIND}, like {@code veth}; empty for hardware
 * @param parent bus and name of the parent device; empty for virtual ones
 * @param up whether {@code IFF_UP} is set
 * @param mtu its MTU, in bytes
 * @param txQueueLength its transmit queue's length, in packets
 * @param group {@code IFLA_GROUP}
 * @param segmentation the limits of segmentation offload that can be set, by the name {@code ip -d link} prints them
 *     under, like {@code gso_max_size}; those the kernel reports. Of a device on the host also the wanted features of
 *     ethtool(8), as bit words
 * @param flags {@code promisc}, {@code allmulti} and {@code noarp}, those that are set
 * @param alias {@code IFLA_IFALIAS}; empty when none
 * @param altNames its alternative names; of a device on the host without those that udev gave it
 * @param master ifindex of the bridge or bond it belongs to; 0 when none
 */
public record Device(
        int ifindex,
        String name,
        MacAddress mac,
        Optional<MacAddress> permanentMac,
        Optional<String> kind,
        Optional<String> parent,
        boolean up,
        int mtu,
        int txQueueLength,
        int group,
        Map<String, Integer> segmentation,
        List<String> flags,
        Optional<String> alias,
        List<String> altNames,
        int master) {
    public Device {
        requireNonNull(name, "name");
        requireNonNull(mac, "mac");
        requireNonNull(permanentMac, "permanentMac");
        requireNonNull(kind, "kind");
        requireNonNull(parent, "parent");
        segmentation = Map.copyOf(segmentation);
        flags = List.copyOf(flags);
        requireNonNull(alias, "alias");
        altNames = List.copyOf(altNames);
    }

    /** The MAC that identifies the ENI: the permanent one where the kernel reports it, else the current one. */
    public MacAddress identity() {
        return permanentMac.orElse(mac);
    }

    /** The present state of this device, to be restored when it returns to the host. */
    public DeviceBaseline baseline() {
        return new DeviceBaseline(identity(), name, ifindex, mtu, txQueueLength, group, segmentation, parent, kind);
    }
}
