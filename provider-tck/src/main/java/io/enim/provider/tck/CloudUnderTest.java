// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.tck;

import static org.junit.jupiter.api.Assertions.assertAll;

import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

/** What a vendor says of its cloud, and the clients that a test opens on it. */
abstract class CloudUnderTest extends UnderTest {
    private final List<CloudTestClient> clients = new ArrayList<>();
    private final String cluster = "kit-" + UUID.randomUUID();

    /**
     * Makes an adapter for this instance that describes the ENIs with the owner tag. Called several times in a test; all
     * adapters use the same cloud.
     */
    protected abstract EniCloud newCloud(OwnerTag ownerTag);

    /** How many ENIs this instance can have; -1 when a test cannot or shall not use all of them. */
    protected int limit() {
        return -1;
    }

    /** How many ENIs to make where a complete description is wanted: better more than a page holds. */
    protected int eniCountOverOnePage() {
        return 5;
    }

    /**
     * Ids of ENIs of this instance that ENIM must not use: its own first interface, and, after this call, one that was
     * attached without ENIM. Empty when these are not known.
     */
    protected Set<String> foreignEnis() {
        return Set.of();
    }

    /** Makes the cloud report a status of this ENI that no adapter knows; what ends that. Empty when it cannot. */
    protected Optional<Runnable> reportUnknownStatus(String eniId) {
        return Optional.empty();
    }

    @AfterEach
    final void removeCreatedEnis() {
        // Each is tried, also after a failure; all failures are reported.
        assertAll("removing what the test made", clients.stream().map(client -> client::removeAll));
    }

    final OwnerTag ownerTag(String node) {
        return new OwnerTag(cluster, node);
    }

    final CloudTestClient open(String node) {
        CloudTestClient client = new CloudTestClient(newCloud(ownerTag(node)), ownerTag(node), timeLimit());
        clients.add(client);
        return client;
    }

    final CloudTestClient open() {
        return open("n1");
    }
}
