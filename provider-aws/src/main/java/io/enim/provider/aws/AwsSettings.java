// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.SettingsException;
import io.enim.provider.ProviderSettings;
import io.enim.provider.support.Ipv6Mode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings behind {@code enim.provider.aws.}, read and checked. What they leave open of the instance, its
 * metadata answers. Credentials are none of them.
 *
 * @param subnets subnets to create in; empty means by tag, or the instance's own
 * @param subnetTags tags that subnets to create in have; used when {@code subnets} is empty
 * @param securityGroups groups of a new ENI; empty means those of the instance's first interface
 * @param tags tags for new ENIs besides the owner tag
 * @param networkCards cards to attach to; empty means the instance type's default card
 * @param endpoint where EC2 is; empty means the region's own
 */
record AwsSettings(
        Optional<String> instanceId,
        Optional<String> region,
        Optional<String> zone,
        List<String> subnets,
        Map<String, String> subnetTags,
        List<String> securityGroups,
        Map<String, String> tags,
        List<Integer> networkCards,
        Ipv6Mode ipv6,
        Optional<URI> endpoint,
        URI imdsEndpoint,
        Duration callTimeout) {

    static final String INSTANCE = "i-[0-9a-f]{1,64}";
    /** The form of a region or a zone: it becomes part of the name of a host. */
    static final String PLACE = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

    static final Set<String> KEYS = Set.of(
            "instance-id",
            "region",
            "zone",
            "subnets",
            "subnet-tags",
            "security-groups",
            "tags",
            "network-cards",
            "ipv6",
            "endpoint",
            "imds-endpoint",
            "call-timeout");

    /** Reads the provider's own settings; a {@link SettingsException} names the key of a bad value. */
    static AwsSettings read(ProviderSettings reader) {
        AwsSettings read = new AwsSettings(
                reader.text("instance-id", INSTANCE),
                reader.text("region", PLACE),
                reader.text("zone", PLACE),
                reader.list("subnets", "subnet-[0-9a-z]+"),
                reader.pairs("subnet-tags"),
                reader.list("security-groups", "sg-[0-9a-z]+"),
                reader.pairs("tags"),
                reader.list("network-cards", "\\d{1,2}").stream()
                        .map(Integer::valueOf)
                        .toList(),
                reader.choice("ipv6", Ipv6Mode.class).orElse(Ipv6Mode.AUTO),
                reader.uri("endpoint"),
                reader.uri("imds-endpoint").orElse(URI.create("http://169.254.169.254")),
                reader.duration("call-timeout").orElse(Duration.ofSeconds(10)));
        for (String key : read.tags().keySet()) {
            if (key.startsWith("aws:") || key.startsWith(OwnerTags.PREFIX)) {
                throw reader.refused("tags", key, "tags that begin with aws: or " + OwnerTags.PREFIX + " are reserved");
            }
        }
        return read;
    }
}
