// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import io.enim.provider.NodeIdentity;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What identifies this node, the subnets to create in, best first, and where the API is. */
record BceNode(NodeIdentity identity, String vpcId, List<String> subnets, URI endpoint) {
    /** From the settings, and for what they leave open from the metadata service, on which it may block. */
    static BceNode resolve(BceSettings settings, Optional<MetadataClient> metadata) {
        String instance = settings.instanceId()
                .orElseGet(() -> fromMetadata(metadata, "instance-shortid", "instance-id", BceSettings.ID));
        String zone = settings.zone().orElseGet(() -> fromMetadata(metadata, "azone", "zone", BceSettings.ID));
        String vpc = settings.vpcId().orElseGet(() -> fromMetadata(metadata, "vpc-id", "vpc-id", BceSettings.ID));
        List<String> subnets = settings.subnets().isEmpty()
                ? List.of(fromMetadata(metadata, "subnet-id", "subnets", BceSettings.ID))
                : settings.subnets();
        URI endpoint = settings.endpoint()
                .orElseGet(() -> URI.create("https://bcc."
                        + settings.region()
                                .orElseGet(() -> fromMetadata(metadata, "region", "region", BceSettings.REGION))
                        + ".baidubce.com"));
        return new BceNode(new NodeIdentity(instance, zone), vpc, subnets, endpoint);
    }

    private static String fromMetadata(Optional<MetadataClient> metadata, String path, String setting, String form) {
        return metadata.orElseThrow(() -> new IllegalStateException("the settings tell everything"))
                .require(path, setting, Pattern.compile(form));
    }
}
