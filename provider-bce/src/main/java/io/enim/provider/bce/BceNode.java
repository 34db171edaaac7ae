package io.enim.provider.bce;

import io.enim.provider.NodeIdentity;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What identifies this node: from the settings, and for the rest from the metadata service.
 *
 * @param identity instance and zone
 * @param vpcId its VPC
 * @param subnets subnets to create in, in order of preference
 * @param endpoint where the API is
 */
record BceNode(NodeIdentity identity, String vpcId, List<String> subnets, URI endpoint) {
    /** May block on the metadata service, for what the settings leave open and nothing else. */
    static BceNode resolve(BceSettings settings, Optional<MetadataClient> metadata) {
        BceSettings.Identity told = settings.identity();
        String instance = told.instanceId().orElseGet(() -> fromMetadata(metadata, "instance-shortid", "instance-id"));
        String zone = told.zone().orElseGet(() -> fromMetadata(metadata, "azone", "zone"));
        String vpc = told.vpcId().orElseGet(() -> fromMetadata(metadata, "vpc-id", "vpc-id"));
        List<String> subnets = settings.subnets().isEmpty()
                ? List.of(fromMetadata(metadata, "subnet-id", "subnets"))
                : settings.subnets();
        URI endpoint = settings.endpoint()
                .orElseGet(() -> URI.create("https://bcc."
                        + told.region().orElseGet(() -> fromMetadata(metadata, "region", "region")) + ".baidubce.com"));
        return new BceNode(new NodeIdentity(instance, zone), vpc, subnets, endpoint);
    }

    private static String fromMetadata(Optional<MetadataClient> metadata, String path, String setting) {
        return metadata.orElseThrow(() -> new IllegalStateException("the settings tell everything"))
                .require(path, setting);
    }
}
