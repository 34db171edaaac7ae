// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.SettingsException;
import io.enim.provider.CreateRequest;
import io.enim.provider.OwnerTag;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/**
 * How an owner tag is written on an ENI: as tags, given in the call that creates it. They alone tell the owner of an
 * ENI; attachment does not.
 */
final class OwnerTags {
    static final String PREFIX = "enim:";
    private static final String CLUSTER = PREFIX + "cluster";
    private static final String NODE = PREFIX + "node";
    private static final String TOKEN = PREFIX + "token";
    /** The VPC CNI of EKS adopts, and deletes, whatever interface of its instance lacks this tag. */
    private static final String NOT_OF_VPC_CNI = "node.k8s.amazonaws.com/no_manage";

    private static final int MAX_VALUE = 256;

    private OwnerTags() {}

    /** The tags of a new ENI. The same for the same request: EC2 compares them when a token comes again. */
    static TagSpecification specification(CreateRequest request, Map<String, String> extra) {
        Map<String, String> tags = new TreeMap<>(extra);
        tags.putIfAbsent(NOT_OF_VPC_CNI, "true");
        tags.put(CLUSTER, request.ownerTag().cluster());
        tags.put(NODE, request.ownerTag().node());
        tags.put(TOKEN, request.token());
        return TagSpecification.builder()
                .resourceType(ResourceType.NETWORK_INTERFACE)
                .tags(tags.entrySet().stream()
                        .map(tag -> tag(tag.getKey(), tag.getValue()))
                        .toList())
                .build();
    }

    /** Refuses an owner that no tag can hold. */
    static void requireFits(OwnerTag ownerTag) {
        Map.of("enim.cluster", ownerTag.cluster(), "enim.node", ownerTag.node()).forEach((key, value) -> {
            if (value.length() > MAX_VALUE) {
                String why = "it has " + value.length() + " characters, and the value of a tag at most " + MAX_VALUE;
                throw new SettingsException(key, why);
            }
        });
    }

    /** The owner of an ENI with these tags; empty when ENIM did not create it. */
    static Optional<OwnerTag> ownerTag(List<Tag> tags) {
        return value(tags, CLUSTER).flatMap(cluster -> value(tags, NODE).map(node -> new OwnerTag(cluster, node)));
    }

    /** Finds everything with an owner tag. */
    static List<Filter> filtersFor(OwnerTag ownerTag) {
        return List.of(
                Ec2Calls.where("tag:" + CLUSTER, List.of(ownerTag.cluster())),
                Ec2Calls.where("tag:" + NODE, List.of(ownerTag.node())));
    }

    /** Finds what was created under a token, with any owner tag. */
    static List<Filter> filtersForToken(String token) {
        return List.of(Ec2Calls.where("tag:" + TOKEN, List.of(token)));
    }

    private static Optional<String> value(List<Tag> tags, String key) {
        return tags.stream().filter(tag -> key.equals(tag.key())).findFirst().map(Tag::value);
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
