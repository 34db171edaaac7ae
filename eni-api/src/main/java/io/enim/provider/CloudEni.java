// SPDX-License-Identifier: Apache-2.0
package io.enim.provider;

import static java.util.Objects.requireNonNull;

import io.enim.EniAddress;
import io.enim.LinkOptions;
import io.enim.MacAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An ENI as the cloud describes it.
 *
 * @param id the cloud's id
 * @param status its status, as far as ENIM distinguishes
 * @param ipv4 its primary IPv4 address; empty when it has none
 * @param ipv6 its primary IPv6 address; empty when it has none
 * @param number its number at the instance; 0 when not attached or not numbered
 * @param instanceId the instance it is attached to, or being attached to or detached from; empty when none
 * @param ownerTag its owner; empty for one that ENIM did not create
 * @param created when it was created; empty where the cloud does not tell
 * @param mtu the largest packet that its network carries, in bytes, 68 to 65,535; empty where the cloud does not tell
 */
public record CloudEni(
        String id,
        Status status,
        MacAddress mac,
        Optional<EniAddress> ipv4,
        Optional<EniAddress> ipv6,
        String subnetId,
        int number,
        Optional<String> instanceId,
        Optional<OwnerTag> ownerTag,
        Optional<Instant> created,
        OptionalInt mtu) {
    /** The status of an ENI in the cloud. */
    public enum Status {
        /** Not attached; it may be attached or deleted. */
        AVAILABLE,
        /** Being attached. */
        ATTACHING,
        /** Attached to an instance. */
        ATTACHED,
        /** Being detached. */
        DETACHING,
        /** Another status, pending or unknown to the adapter: the ENI must not be changed now. */
        OTHER
    }

    public CloudEni {
        requireNonNull(id, "id");
        requireNonNull(status, "status");
        requireNonNull(mac, "mac");
        requireNonNull(ipv4, "ipv4");
        requireNonNull(ipv6, "ipv6");
        requireNonNull(subnetId, "subnetId");
        requireNonNull(instanceId, "instanceId");
        requireNonNull(ownerTag, "ownerTag");
        requireNonNull(created, "created");
        LinkOptions.DEFAULT.withMtu(mtu);
    }

    /** Of a cloud that does not tell the MTU. */
    public CloudEni(
            String id,
            Status status,
            MacAddress mac,
            Optional<EniAddress> ipv4,
            Optional<EniAddress> ipv6,
            String subnetId,
            int number,
            Optional<String> instanceId,
            Optional<OwnerTag> ownerTag,
            Optional<Instant> created) {
        this(id, status, mac, ipv4, ipv6, subnetId, number, instanceId, ownerTag, created, OptionalInt.empty());
    }

    /** Whether it is attached to this instance. */
    public boolean isAttachedTo(String instance) {
        return status == Status.ATTACHED && instanceId.filter(instance::equals).isPresent();
    }
}
