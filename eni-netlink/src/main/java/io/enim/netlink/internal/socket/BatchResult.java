// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.socket;

import io.enim.netlink.NetlinkException;
import java.util.List;
import java.util.Optional;

/**
 * The outcome of requests that were sent together.
 *
 * @param refusals the kernel's refusal of each, in order; empty where the kernel carried it out
 */
public record BatchResult(List<Optional<NetlinkException>> refusals) {
    /** The refusal of the request at this position; empty when the kernel carried it out. */
    public Optional<NetlinkException> failure(int position) {
        return refusals.get(position);
    }

    /** Every refusal, in order. */
    public List<NetlinkException> failures() {
        return refusals.stream().flatMap(Optional::stream).toList();
    }

    /** Throws the first refusal, with the others suppressed onto it. */
    public void requireSuccess() {
        List<NetlinkException> failures = failures();
        if (!failures.isEmpty()) {
            NetlinkException first = failures.get(0);
            failures.subList(1, failures.size()).forEach(first::addSuppressed);
            throw first;
        }
    }
}
