// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.identity;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.MacAddress;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.DeviceBaseline;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the link that is an ENI. Its identity is the permanent MAC where the kernel reports one, else the current MAC;
 * names, indexes and, if a tenant changes them, current MACs vary.
 *
 * <p>A device without a permanent MAC whose current one the tenant changed is recognized by the alias that it was given
 * when it was moved in. A tenant can forge that only inside its own namespace, and if two links match, neither is chosen.
 */
public final class LinkMatcher {
    private static final String ALIAS_PREFIX = "enim ";
    private static final String MTU_SUFFIX = " mtu ";

    private LinkMatcher() {}

    /** The alias that a device gets when it is moved in; with the MTU that was set then, which is no tenant's change. */
    public static String alias(MacAddress mac, String hostName, OptionalInt mtu) {
        return ALIAS_PREFIX + mac + " " + hostName + (mtu.isPresent() ? MTU_SUFFIX + mtu.getAsInt() : "");
    }

    /** Whether this is the alias of a move that set this MTU. */
    public static boolean isAliasWithMtu(String alias, int mtu) {
        return alias.endsWith(MTU_SUFFIX + mtu);
    }

    /** Whether this is the alias that the device with this MAC was given, whatever its name on the host was. */
    public static boolean isEnimAlias(String alias, MacAddress mac) {
        return alias.startsWith(ALIAS_PREFIX + mac + " ");
    }

    /** On the host and in a namespace of which no baseline is known: a NIC has no kind, a cloud on one machine plugs veth. */
    private static final Set<String> PLUGGED = Set.of("veth");

    private static List<LinkMessage> withEnimAlias(Collection<LinkMessage> links, MacAddress mac, Set<String> kinds) {
        return links.stream()
                .filter(link ->
                        link.permanentAddress().isEmpty() && link.parent().isEmpty())
                .filter(link ->
                        canBeEni(link, kinds) && isEnimAlias(link.alias().orElse(""), mac))
                .toList();
    }

    /**
     * The link with this MAC as its identity.
     *
     * @throws DeviceException two links match; none is touched
     */
    public static Optional<LinkMessage> find(Collection<LinkMessage> links, MacAddress mac) {
        return only(withIdentity(links, mac, PLUGGED), mac);
    }

    /**
     * The link that was moved in, also when the tenant changed its only MAC.
     *
     * @throws DeviceException two links match; none is touched
     */
    public static Optional<LinkMessage> findInSandbox(Collection<LinkMessage> links, MacAddress mac) {
        List<LinkMessage> candidates = withIdentity(links, mac, PLUGGED);
        return only(candidates.isEmpty() ? withEnimAlias(links, mac, PLUGGED) : candidates, mac);
    }

    /**
     * The link that left the host with this baseline, also when a tenant changed its only MAC.
     *
     * @throws DeviceException two links match; none is touched
     */
    public static Optional<LinkMessage> find(Collection<LinkMessage> links, DeviceBaseline baseline) {
        // A tenant can give the MAC to a device of any kind, but can make none without a kind.
        Set<String> kinds = baseline.kind().stream().collect(Collectors.toSet());
        List<LinkMessage> candidates = withIdentity(links, baseline.mac(), kinds);
        if (baseline.parent().isPresent()) {
            // What no tenant can create: another device with the same MAC is a decoy. A NIC that was taken out and
            // plugged in again has another parent device; it is the ENI where none has the recorded one, and its MAC is
            // permanent: a tenant can give any MAC to hardware of its own, like a virtual function.
            List<LinkMessage> inSameSlot = candidates.stream()
                    .filter(link -> link.parent().equals(baseline.parent()))
                    .toList();
            candidates = inSameSlot.isEmpty()
                    ? candidates.stream().filter(LinkMatcher::hasPermanentMac).toList()
                    : inSameSlot;
        } else if (candidates.size() != 1) {
            List<LinkMessage> withAlias = withEnimAlias(links, baseline.mac(), kinds);
            candidates = withAlias.isEmpty() ? candidates : withAlias;
        }
        return only(candidates, baseline.mac());
    }

    /** Also of kernels before 5.14, which report no parent device. */
    private static boolean hasPermanentMac(LinkMessage link) {
        return LinkIdentity.mac(link.permanentAddress()).isPresent();
    }

    /**
     * Whether the link can be an ENI's device at all. A tenant can give its MAC to any device it creates, and a macvlan in
     * passthru mode even shows the permanent MAC of the device below: so a link with another kind or a lower link is none.
     */
    private static boolean canBeEni(LinkMessage link, Set<String> kinds) {
        return !link.has(LinkMessage.IFF_LOOPBACK)
                && link.kind().filter(kind -> !kinds.contains(kind)).isEmpty()
                && !link.isUpper();
    }

    private static List<LinkMessage> withIdentity(Collection<LinkMessage> links, MacAddress mac, Set<String> kinds) {
        List<LinkMessage> candidates = links.stream()
                .filter(link -> canBeEni(link, kinds))
                .filter(link -> LinkIdentity.of(link).filter(mac::equals).isPresent())
                .toList();
        if (candidates.size() < 2) {
            return candidates;
        }
        // macvlan, vlan, a bridge or a bond over the device carry its MAC; the device is the lower one.
        return candidates.stream()
                .filter(link -> candidates.stream().noneMatch(other -> link.isOver(other)))
                .toList();
    }

    private static Optional<LinkMessage> only(List<LinkMessage> candidates, MacAddress mac) {
        if (candidates.size() > 1) {
            List<String> names =
                    candidates.stream().map(LinkMessage::printableName).sorted().toList();
            throw new DeviceException(
                    Kind.AMBIGUOUS,
                    "find device",
                    mac.toString(),
                    names + " share this MAC; none was touched. Remove the one that is not the ENI, or change its MAC");
        }
        return candidates.stream().findFirst();
    }
}
