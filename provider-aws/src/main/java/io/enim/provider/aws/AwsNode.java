// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.provider.NodeIdentity;

/** The instance this process runs on, as far as it never changes. */
record AwsNode(String region, NodeIdentity identity) {
    /** What the settings say, and for the rest what the instance's metadata says. May block on the network. */
    static AwsNode resolve(AwsSettings settings) {
        ImdsClient imds = new ImdsClient(settings.imdsEndpoint());
        return new AwsNode(
                settings.region().orElseGet(() -> imds.get("placement/region", AwsSettings.PLACE)),
                new NodeIdentity(
                        settings.instanceId().orElseGet(() -> imds.get("instance-id", AwsSettings.INSTANCE)),
                        settings.zone().orElseGet(() -> imds.get("placement/availability-zone", AwsSettings.PLACE))));
    }
}
