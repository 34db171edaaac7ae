// SPDX-License-Identifier: Apache-2.0
package io.enim.provider;

import static java.util.Objects.requireNonNull;

/**
 * The owner of a cloud object: ENIM, for one node. A cloud keeps it as tags, or in the object's name.
 *
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
