// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An elastic network interface of this node. Immutable.
 *
 * @param id the cloud's id
 * @param mac the MAC the cloud gave it; the identity of its device
 * @param ipv4 its IPv4 address; empty for an IPv6-only ENI
 * @param ipv6 its IPv6 address; empty for an IPv4-only ENI. Both are empty only for an ENI that is not offered, since the cloud
 *     tells no address of it: it is {@code ATTACHING}, {@code DETACHING} or {@code QUARANTINED}
 * @param subnetId the cloud's subnet
 * @param number its number at the instance, as the cloud counts; 0 where the cloud has none
 * @param mtu the MTU that the cloud says for it; empty where the cloud says none
 * @param holder its holder; present exactly when the state is {@link EniState#IN_USE}, and possibly in quarantine
 * @param reason why it is in this state, where that needs explanation; empty otherwise
 */
public record Eni(
        String id,
        MacAddress mac,
        Optional<EniAddress> ipv4,
        Optional<EniAddress> ipv6,
        String subnetId,
        int number,
        OptionalInt mtu,
        EniState state,
        Optional<Endpoint> holder,
        String reason) {
    private static final Set<EniState> NEEDS_ADDRESS = Set.of(EniState.READY, EniState.IN_USE, EniState.RECYCLING);

    public Eni {
        requireNonNull(id, "id");
        requireNonNull(mac, "mac");
        requireNonNull(ipv4, "ipv4");
        requireNonNull(ipv6, "ipv6");
        requireNonNull(subnetId, "subnetId");
        LinkOptions.DEFAULT.withMtu(mtu);
        requireNonNull(state, "state");
        requireNonNull(holder, "holder");
        reason = PrintableText.of(reason);
        if (id.isEmpty()) {
            throw new InvalidRequestException("eni id", id, "an ENI has the id its cloud gave it");
        }
        if (ipv4.isEmpty() && ipv6.isEmpty() && NEEDS_ADDRESS.contains(state)) {
            throw new InvalidRequestException("eni", id, "an ENI that is " + state + " has an IPv4 or an IPv6 address");
        }
        ipv4.ifPresent(address -> requireFamily(id, address, true));
        ipv6.ifPresent(address -> requireFamily(id, address, false));
        if (state == EniState.IN_USE && holder.isEmpty()) {
            throw new InvalidRequestException("eni", id, "an ENI in use has a holder");
        }
        if (holder.isPresent() && state != EniState.IN_USE && state != EniState.QUARANTINED) {
            throw new InvalidRequestException("eni", id, "an ENI that is " + state + " has no holder");
        }
    }

    /** An ENI for which the cloud says no MTU. */
    public Eni(
            String id,
            MacAddress mac,
            Optional<EniAddress> ipv4,
            Optional<EniAddress> ipv6,
            String subnetId,
            int number,
            EniState state,
            Optional<Endpoint> holder,
            String reason) {
        this(id, mac, ipv4, ipv6, subnetId, number, OptionalInt.empty(), state, holder, reason);
    }

    private static void requireFamily(String id, EniAddress address, boolean ipv4) {
        if (address.subnet().isIpv4() != ipv4) {
            throw new InvalidRequestException(
                    "eni", id, (ipv4 ? "ipv4" : "ipv6") + " holds " + IpLiteral.format(address.address()));
        }
    }

    /** The same ENI, free. */
    public Eni ready() {
        return in(EniState.READY, Optional.empty(), "");
    }

    /** The same ENI, held by the endpoint. */
    public Eni heldBy(Endpoint endpoint) {
        return in(EniState.IN_USE, Optional.of(endpoint), "");
    }

    /** The same ENI in another state. */
    public Eni in(EniState newState, Optional<Endpoint> newHolder, String newReason) {
        return new Eni(id, mac, ipv4, ipv6, subnetId, number, mtu, newState, newHolder, newReason);
    }

    @Override
    public String toString() {
        return id + " (" + mac + ", " + state + holder.map(e -> " by " + e).orElse("")
                + (reason.isEmpty() ? "" : ": " + reason) + ")";
    }
}
