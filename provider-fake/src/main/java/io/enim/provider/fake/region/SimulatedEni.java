// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.region;

import io.enim.EniAddress;
import io.enim.MacAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * An ENI of the region at one moment.
 *
 * @param attachment where it is, or is going to be, attached
 * @param tags the tags given at creation
 * @param token the token it was created with
 */
public record SimulatedEni(
        String id,
        MacAddress mac,
        String subnetId,
        Optional<EniAddress> ipv4,
        Optional<EniAddress> ipv6,
        State state,
        Optional<Attachment> attachment,
        Map<String, String> tags,
        String token,
        Instant created) {
    public enum State {
        AVAILABLE,
        ATTACHING,
        IN_USE,
        DETACHING
    }

    /** Where an ENI is attached, by which number, and whether it ends with the instance. */
    public record Attachment(String id, String instanceId, int number, boolean deleteOnTermination) {}

    public SimulatedEni {
        tags = Map.copyOf(tags);
    }

    /** Whether it is attached, or is being attached or detached, at this instance. */
    public boolean isAt(String instanceId) {
        return attachment.filter(at -> at.instanceId().equals(instanceId)).isPresent();
    }

    /** Whether this instance has its device. */
    public boolean isInUseAt(String instanceId) {
        return state == State.IN_USE && isAt(instanceId);
    }

    SimulatedEni in(State newState, Optional<Attachment> newAttachment) {
        return new SimulatedEni(id, mac, subnetId, ipv4, ipv6, newState, newAttachment, tags, token, created);
    }
}
