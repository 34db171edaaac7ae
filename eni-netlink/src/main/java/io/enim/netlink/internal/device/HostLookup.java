// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.MacAddress;
import io.enim.PrintableText;
import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.internal.log.SafeLogger;
import io.enim.netlink.internal.residue.EthtoolFeatures;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Finds devices on the host, with their ethtool features. Safe for concurrent use. */
final class HostLookup {
    private static final SafeLogger LOG = SafeLogger.of(HostLookup.class);

    private final HostLinkCache hostLinks;
    private final EthtoolFeatures features;
    private final HostNetworkManagers hostNetworkManagers;
    private final UdevNames udevNames;
    /** The devices that were looked up before. */
    private final Set<MacAddress> alreadyLookedUp = ConcurrentHashMap.newKeySet();

    HostLookup(
            HostLinkCache hostLinks,
            EthtoolFeatures features,
            HostNetworkManagers hostNetworkManagers,
            UdevNames udevNames) {
        this.hostLinks = hostLinks;
        this.features = features;
        this.hostNetworkManagers = hostNetworkManagers;
        this.udevNames = udevNames;
    }

    List<Device> all(Deadline deadline) {
        List<LinkMessage> links = hostLinks.reload(deadline);
        features.retain(links);
        return links.stream().flatMap(link -> toDevice(link, deadline).stream()).toList();
    }

    Optional<Device> find(MacAddress mac, Deadline deadline) {
        return LinkMatcher.find(hostLinks.links(deadline), mac).flatMap(link -> lookUp(link, deadline));
    }

    Optional<Device> find(DeviceBaseline baseline, Deadline deadline) {
        return LinkMatcher.find(hostLinks.links(deadline), baseline).flatMap(link -> lookUp(link, deadline));
    }

    /** Waits until the device is on the host; empty when the time is up. */
    Optional<Device> await(MacAddress mac, Deadline deadline) {
        return hostLinks.await(links -> LinkMatcher.find(links, mac), deadline).flatMap(link -> lookUp(link, deadline));
    }

    private Optional<Device> lookUp(LinkMessage link, Deadline deadline) {
        Optional<Device> device = toDevice(link, deadline);
        device.filter(found -> alreadyLookedUp.add(found.identity())).ifPresent(this::warnOfClaims);
        return device;
    }

    private Optional<Device> toDevice(LinkMessage link, Deadline deadline) {
        Map<String, Integer> offload = features.of(link, hostLinks.announcement(link), deadline);
        return DeviceMapper.of(udevNames.without(link), offload);
    }

    /** At the first lookup of a device, before its claims can disturb an endpoint (F17). */
    private void warnOfClaims(Device device) {
        for (String claim : hostNetworkManagers.claimsOn(device.ifindex(), device.name())) {
            LOG.warn("{} ({}) is also managed by: {}", PrintableText.of(device.name()), device.identity(), claim);
        }
    }
}
