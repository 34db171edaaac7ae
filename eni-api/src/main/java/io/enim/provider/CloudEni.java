package io.enim.provider;

import static java.util.Objects.requireNonNull;

import io.enim.EniAddress;
import io.enim.MacAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * An ENI as the cloud describes it.
 *
 * @param id the cloud's id
 * @param status where it stands, as far as ENIM needs to tell
 * @param mac its MAC
 * @param ipv4 its primary IPv4 address; empty when it has none
 * @param ipv6 its primary IPv6 address; empty when it has none
 * @param subnetId its subnet
 * @param number its number at the instance; 0 when not attached or not numbered
 * @param instanceId the instance it is attached to, or being attached to or detached from; empty when none
 * @param mark who made it; empty for one that ENIM did not make
 * @param created when it was created; empty where the cloud does not tell
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
        Optional<Instant> created) {
    /** Where an ENI stands at the cloud's side. */
    public enum Status {
        /** Attached to nothing; it may be attached or deleted. */
        AVAILABLE,
        /** Being attached. */
        ATTACHING,
        /** Attached to an instance. */
        ATTACHED,
        /** Being detached. */
        DETACHING,
        /** Something else, pending or unknown to the adapter: nothing may be done with it now. */
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
        requireNonNull(ownerTag, "mark");
        requireNonNull(created, "created");
    }

    /** Whether it is attached to this instance. */
    public boolean isAttachedTo(String instance) {
        return status == Status.ATTACHED && instanceId.filter(instance::equals).isPresent();
    }
}
