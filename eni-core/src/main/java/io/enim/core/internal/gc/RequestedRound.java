// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.gc;

import io.enim.ClosedException;
import io.enim.EniException;
import io.enim.GcReport;
import io.enim.GcRequest;
import io.enim.core.internal.exec.Answerable;
import io.enim.core.internal.exec.Deadline;
import java.util.function.Function;

/** A round that a caller asked for. */
final class RequestedRound extends Answerable<GcReport> {
    private final GcRequest request;
    private final RequestedRounds queue;

    RequestedRound(GcRequest request, Deadline deadline, RequestedRounds queue) {
        super(deadline, "a round that has begun goes on; the log shows its findings");
        this.request = request;
        this.queue = queue;
    }

    void run(Function<GcRequest, GcReport> round) {
        try {
            completion().complete(round.apply(request));
        } catch (Throwable e) {
            completion()
                    .completeExceptionally(e); // For its caller; the next round begins from the current state (P15).
        }
    }

    /** One that has not begun is not run for a caller that has left. */
    @Override
    protected void left(EniException why) {
        queue.remove(this);
    }

    void closed() {
        completion().completeExceptionally(new ClosedException(this + ": the manager is closing; call the next one"));
    }

    @Override
    public String toString() {
        return "gc";
    }
}
