// SPDX-License-Identifier: Apache-2.0
package io.enim.provider;

import static java.util.Objects.requireNonNull;

/**
 * The identity of this node in its cloud.
 *
 * @param instanceId the cloud's id of the instance
 * @param zone the zone it runs in; empty where the cloud has none
 */
public record NodeIdentity(String instanceId, String zone) {
    public NodeIdentity {
        requireNonNull(instanceId, "instanceId");
        requireNonNull(zone, "zone");
    }
}
