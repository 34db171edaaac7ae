// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.device;

import io.enim.CheckReport.Difference;
import io.enim.HostLink;
import java.util.List;

/**
 * The second link of an endpoint, to the host. Immutable.
 *
 * @param sandbox where its other end is
 * @param networks what is reached by it
 */
record InMemoryHostLink(InMemoryNamespace sandbox, HostLink networks) {
    boolean isIn(InMemoryNamespace namespace) {
        return sandbox.id.isSame(namespace.id);
    }

    List<Difference> differences(InMemoryNamespace expected, HostLink wanted) {
        if (!isIn(expected)) {
            return List.of(new Difference("host link", "in " + expected.path, "in " + sandbox.path));
        }
        return wanted.networks().stream()
                .filter(network -> !networks.networks().contains(network))
                .map(network -> new Difference("host link route", network.toString(), "missing"))
                .toList();
    }
}
