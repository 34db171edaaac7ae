// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.rtnl;

import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.LinkMessage;
import java.util.List;
import java.util.Optional;

/**
 * Reads the links of a sandbox with as few acquisitions of RTNL as possible. A sandbox usually has loopback and one
 * device, and reading one link takes RTNL once where listing them takes it twice or more.
 */
public final class SandboxLinks {
    private SandboxLinks() {}

    /** Every link of the sandbox that could be an ENI or be stacked on one. */
    public static List<LinkMessage> read(Sandbox sandbox, Deadline deadline) {
        return sandbox.with(deadline, inside -> {
            List<String> names = inside.devices().names();
            Optional<LinkMessage> only =
                    names.size() == 1 ? LinkRequests.byName(inside.socket(), names.get(0), deadline) : Optional.empty();
            // All are listed when there are more, or when the only one was renamed meanwhile.
            return names.isEmpty()
                    ? List.of()
                    : only.map(List::of).orElseGet(() -> LinkRequests.all(inside.socket(), deadline));
        });
    }
}
