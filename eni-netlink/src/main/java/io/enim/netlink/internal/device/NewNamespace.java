// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import static java.util.Objects.requireNonNull;

import io.enim.netlink.internal.netns.NamedNetns;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.NetnsHandle;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.sys.Deadline;
import java.nio.file.Path;

/** A network namespace that is made to become a sandbox. */
record NewNamespace(Path path) {
    /** The kernel gives a namespace's loopback this index ({@code LOOPBACK_IFINDEX} in {@code net/flow.h}). */
    private static final int LOOPBACK = 1;

    Path create(NetlinkSessions sessions, Deadline deadline) {
        named().create(name(), deadline);
        try (NetnsHandle made = NetnsHandle.open(path)) {
            return sessions.in(made, deadline, socket -> {
                socket.execute(LinkRequests.setUp(LOOPBACK, "lo"), deadline);
                return path;
            });
        }
    }

    boolean remove() {
        return named().delete(name());
    }

    private NamedNetns named() {
        return new NamedNetns(requireNonNull(path.getParent(), "a namespace has a directory"));
    }

    private String name() {
        return path.getFileName().toString();
    }
}
