// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import io.enim.provider.ProviderSettings;
import io.enim.provider.support.Ipv6Mode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings behind {@code enim.provider.bce.}, read and checked. What they leave open of the instance, its metadata
 * answers.
 *
 * @param subnets subnets to create in; empty means the instance's own
 * @param securityGroups groups of new ENIs, of the kind below
 * @param enterpriseGroups whether these are enterprise groups; an ENI has groups of one kind
 * @param maxEnis how many ENIs ENIM may attach; empty means the cloud is asked
 * @param endpoint where the API is; empty means the region's own
 * @param metadata where the metadata service is; empty means it is never asked
 */
record BceSettings(
        Optional<String> instanceId,
        Optional<String> vpcId,
        Optional<String> zone,
        Optional<String> region,
        List<String> subnets,
        List<String> securityGroups,
        boolean enterpriseGroups,
        Ipv6Mode ipv6,
        Optional<Integer> maxEnis,
        Optional<URI> endpoint,
        Optional<URI> metadata,
        Duration callTimeout,
        AccessKeySource keys) {

    /** Whether the metadata service is asked. */
    private enum Metadata {
        AUTO,
        OFF
    }

    private static final URI METADATA = URI.create("http://169.254.169.254");
    static final String ID = "[A-Za-z0-9_-]{1,128}";
    /** It becomes part of the name of a host. */
    static final String REGION = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

    static final Set<String> KEYS = Set.of(
            "instance-id",
            "vpc-id",
            "zone",
            "region",
            "subnets",
            "security-groups",
            "enterprise-security-groups",
            "ipv6",
            "max-enis",
            "endpoint",
            "metadata",
            "metadata-endpoint",
            "call-timeout",
            AccessKeySource.ACCESS_KEY_ID,
            AccessKeySource.SECRET_ACCESS_KEY,
            AccessKeySource.SESSION_TOKEN,
            AccessKeySource.FILE);

    /** Reads the provider's own settings; the error names the key that is missing or has a bad value. */
    static BceSettings read(ProviderSettings reader, Map<String, String> environment) {
        List<String> plain = reader.list("security-groups", ID);
        List<String> enterprise = reader.list("enterprise-security-groups", ID);
        if (plain.isEmpty() == enterprise.isEmpty()) {
            throw reader.missing(
                    "security-groups",
                    "new ENIs need security groups; set either this or enterprise-security-groups, not both");
        }
        if (reader.secret(AccessKeySource.ACCESS_KEY_ID).isPresent()
                != reader.secret(AccessKeySource.SECRET_ACCESS_KEY).isPresent()) {
            throw reader.missing(
                    AccessKeySource.ACCESS_KEY_ID,
                    "it and " + AccessKeySource.SECRET_ACCESS_KEY + " are set together or not at all");
        }
        boolean asked = reader.choice("metadata", Metadata.class).orElse(Metadata.AUTO) == Metadata.AUTO;
        BceSettings read = new BceSettings(
                reader.text("instance-id", ID),
                reader.text("vpc-id", ID),
                reader.text("zone", ID),
                reader.text("region", REGION),
                reader.list("subnets", ID),
                plain.isEmpty() ? enterprise : plain,
                plain.isEmpty(),
                reader.choice("ipv6", Ipv6Mode.class).orElse(Ipv6Mode.AUTO),
                reader.count("max-enis", 0, 9999),
                reader.uri("endpoint"),
                asked ? Optional.of(reader.uri("metadata-endpoint").orElse(METADATA)) : Optional.empty(),
                reader.duration("call-timeout").orElse(Duration.ofSeconds(10)),
                AccessKeySource.of(reader, environment));
        if (!asked) {
            read.requireIdentity(reader);
        }
        return read;
    }

    private void requireIdentity(ProviderSettings reader) {
        Map.of("instance-id", instanceId, "vpc-id", vpcId, "zone", zone).forEach((key, value) -> {
            if (value.isEmpty()) {
                throw reader.missing(key, "with metadata=off nothing else can tell it");
            }
        });
        if (subnets.isEmpty()) {
            throw reader.missing("subnets", "with metadata=off nothing else can tell them");
        }
        if (endpoint.isEmpty() && region.isEmpty()) {
            throw reader.missing("region", "with metadata=off it or endpoint says where the API is");
        }
    }
}
