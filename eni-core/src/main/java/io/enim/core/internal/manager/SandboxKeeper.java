// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.AddRequest.WhenEmpty;
import io.enim.ClosedException;
import io.enim.Endpoint;
import io.enim.EniSetting;
import io.enim.NoEniAvailableException;
import io.enim.SandboxPool;
import io.enim.core.internal.log.SafeLogger;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps as many sandboxes ready as are wanted. It makes one after another, each begun when the one before is made, and so has no
 * thread; from ENIs that are free, and waits in no line for one. After a failure it goes on when the next is taken, at the next
 * round of garbage collection, or when an ENI is free if none was. Safe for concurrent use; nothing blocks.
 */
final class SandboxKeeper {
    private static final SafeLogger LOG = SafeLogger.of(SandboxKeeper.class);

    private final SandboxOperations operations;
    private final ReadySandboxes ready;
    private CompletableFuture<?> making = CompletableFuture.completedFuture(true);
    /** If that is not made, it is tried again under this name: the provider counts its demand once. */
    private @Nullable Endpoint next;

    /** None was free when one was to be made, and whether one became so since that began. */
    private boolean awaitsEni;

    private boolean isFreed;
    private volatile @Nullable Throwable failure;

    SandboxKeeper(SandboxOperations operations) {
        this.operations = operations;
        this.ready = operations.ready();
    }

    /** Makes what is missing. */
    synchronized void refill() {
        if (making.isDone() && ready.isAnyMissing()) {
            Endpoint sandbox = next == null ? operations.names().fresh() : next;
            next = sandbox;
            isFreed = false;
            making = operations
                    .make(sandbox, Map.of(), WhenEmpty.FAIL, operations.deadline(EniSetting.ADD_TIMEOUT))
                    .start();
            making.whenComplete((made, error) -> ended(sandbox, error));
        }
    }

    private synchronized void ended(Endpoint sandbox, @Nullable Throwable error) {
        next = error == null ? null : sandbox;
        awaitsEni = error instanceof NoEniAvailableException;
        failure = awaitsEni || error instanceof ClosedException ? null : error;
        if (failure != null) {
            LOG.warn("{}", problem(failure), failure);
        }
        if (error != null || !ready.keep(sandbox)) {
            operations.reconcile(sandbox); // Its namespace goes, before one is made again.
        }
        if (error == null || awaitsEni && isFreed) {
            refill();
        }
    }

    /** An endpoint found no ENI free; it gets that of a ready sandbox. */
    void missed(Endpoint endpoint) {
        if (!endpoint.namespace().equals(SandboxPool.NAMESPACE)) {
            ready.yieldOne().ifPresent(operations::reconcile);
        }
    }

    /** An ENI may be free. */
    synchronized void freed() {
        isFreed = true;
        if (awaitsEni) {
            refill();
        }
    }

    /** Why sandboxes are missing, unless it is that no ENI is free. */
    Stream<String> problems() {
        return ready.isAnyMissing() ? Stream.ofNullable(failure).map(this::problem) : Stream.empty();
    }

    private String problem(Throwable error) {
        return "only " + ready.count() + " sandboxes are ready: " + error;
    }
}
