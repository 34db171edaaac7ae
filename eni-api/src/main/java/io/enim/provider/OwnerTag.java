package io.enim.provider;

import static java.util.Objects.requireNonNull;

/**
 * Marks a cloud object as made by ENIM for one node. A cloud keeps it as tags, or in the object's name.
 *
 * @param cluster the cluster
 * @param node the node, unique in the cluster
 */
public record OwnerTag(String cluster, String node) {
    public OwnerTag {
        requireNonNull(cluster, "cluster");
        requireNonNull(node, "node");
    }

    @Override
    public String toString() {
        return cluster + "/" + node;
    }
}
