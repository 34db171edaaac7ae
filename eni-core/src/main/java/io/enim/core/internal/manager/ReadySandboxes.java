// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.Endpoint;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.Execution;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;

/**
 * Which sandboxes are ready, and how many are wanted. It only says where to look: what a sandbox is, its record decides. Safe
 * for concurrent use; its lock is held for a few instructions.
 */
final class ReadySandboxes {
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final int target;
    private final Execution execution;
    private final LinkedHashSet<Endpoint> ready = new LinkedHashSet<>();
    private int wanted;
    /** When as many are wanted as usual. */
    private Deadline quiet;

    ReadySandboxes(int target, Execution execution) {
        this.target = target;
        this.execution = execution;
        this.quiet = execution.deadline(Duration.ZERO);
    }

    synchronized int count() {
        return ready.size();
    }

    synchronized boolean isAnyMissing() {
        wanted = quiet.isOver() ? target : wanted;
        return ready.size() < wanted;
    }

    /** Takes out the oldest. */
    synchronized Optional<Endpoint> poll() {
        Optional<Endpoint> oldest = ready.stream().findFirst();
        oldest.ifPresent(ready::remove);
        return oldest;
    }

    /** Whether it is ready from now on; if not, there are enough. */
    synchronized boolean keep(Endpoint sandbox) {
        ready.remove(sandbox);
        return isAnyMissing() && ready.add(sandbox);
    }

    synchronized void drop(Endpoint sandbox) {
        ready.remove(sandbox);
    }

    /** One fewer than there are is wanted, until a minute has passed without a call: the one that is too many. */
    synchronized Optional<Endpoint> yieldOne() {
        wanted = Math.max(0, ready.size() - 1);
        quiet = execution.deadline(QUIET);
        return poll();
    }
}
