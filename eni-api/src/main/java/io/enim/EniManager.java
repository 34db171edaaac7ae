// SPDX-License-Identifier: Apache-2.0
package io.enim;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Gives each endpoint an ENI of its own and takes it back.
 *
 * <p><b>Threads.</b> All methods are safe for concurrent use. Different endpoints proceed in parallel; the operations
 * of one endpoint run one after another, in the order of the calls, except that a DEL ends an ADD of the same endpoint
 * that is still running (P7).
 *
 * <p><b>Two equal doors.</b> {@code add}, {@code del}, {@code gc} and {@code check} block, each within its deadline (P8).
 * {@code addAsync}, {@code delAsync}, {@code gcAsync} and {@code checkAsync} return at once; the same operation, with the
 * same deadline, order and errors, completes their future, and no thread waits meanwhile. Neither is the slower or the
 * lesser one, and they mix. They throw only {@link NullPointerException}; each {@link EniException} completes the future.
 *
 * <p><b>Leaving early.</b> Interrupting a caller that blocks ends its wait with {@link DeadlineExceededException} and the
 * interrupt flag set; cancelling a future, or completing it in any other way, as {@link CompletableFuture#orTimeout} does,
 * is the same for a caller that does not block. What was begun then is undone (ADD), finished in the background (DEL, a
 * round of garbage collection that has begun) or dropped. A future that has its answer cannot be cancelled: {@code cancel}
 * answers false, and the endpoint keeps its ENI. Cancelling a future that was derived with {@code thenApply} and the like
 * does not reach the operation.
 *
 * <p><b>Where attached stages run.</b> On {@linkplain CompletableFuture#defaultExecutor() the JDK's default executor}, never
 * on a thread of the manager; they may call the manager, blocking calls too.
 *
 * <p>{@code assignments}, {@code timeline} and {@code health} answer from memory.
 *
 * <p><b>Promise.</b> At most one endpoint holds an ENI at any moment, across crashes and restarts (P1), and an ENI is
 * free only after its device was verified on the host, by MAC, clean (P2).
 *
 * <p><b>Errors.</b> Every method may throw {@link ClosedException}; each method names its others. All are
 * {@link EniException}s.
 */
public interface EniManager extends AutoCloseable {
    /**
     * Gives the endpoint an ENI and moves its device into the endpoint's namespace, configured and up. Idempotent per
     * endpoint: a repeated ADD answers the same, repairs what differs, and does not change a live link (P3).
     *
     * @throws InvalidRequestException the namespace is missing, is no network namespace, or is the host's own; or the
     *     endpoint holds an ENI in another namespace, or is in {@link SandboxPool#NAMESPACE}
     * @throws NoEniAvailableException no ENI is free, and none became free in time
     * @throws DeviceException the device is missing, ambiguous, protected, or the kernel refused
     * @throws ProviderException the provider failed
     * @throws LedgerException the intent could not be recorded; nothing was begun
     * @throws DeadlineExceededException the time is used up
     * @throws SupersededException a DEL of this endpoint arrived
     * @throws OverloadedException too many operations are running or queued
     */
    Assignment add(AddRequest request);

    /**
     * {@link #add(AddRequest)} for a caller without a waiting thread. Cancelling the future undoes the ADD, unless it has its
     * answer; an ADD that repeats an earlier one leaves what that got (P16).
     *
     * @implSpec blocks a thread of the common pool, and cancelling does not reach the ADD; managers override this
     */
    default CompletableFuture<Assignment> addAsync(AddRequest request) {
        return CompletableFuture.supplyAsync(() -> add(request));
    }

    /** Assigns an ENI to an endpoint without container id; its device is not moved. Errors as {@link #add(AddRequest)}. */
    default Assignment add(String namespace, String name) {
        return add(AddRequest.forEndpoint(Endpoint.of(namespace, name)).build());
    }

    /**
     * Returns the endpoint's device to the host, clean, verifies it there by MAC, and only then frees the ENI. Idempotent;
     * needs no namespace; success for an endpoint that holds nothing (P3). Never changes another endpoint of the same name
     * with another container id (P4). A device that cannot be found or cleaned leaves the ENI in quarantine, which is
     * success for the caller: the endpoint has ended, and garbage collection keeps trying.
     *
     * @throws LedgerException the intent could not be recorded; nothing was begun
     * @throws DeadlineExceededException the time is used up; calling again continues
     * @throws OverloadedException too many operations are running or queued
     */
    void del(Endpoint endpoint);

    /**
     * {@link #del(Endpoint)} for a caller without a waiting thread. A DEL whose future is cancelled goes on in the background.
     *
     * @implSpec blocks a thread of the common pool; managers override this
     */
    default CompletableFuture<Void> delAsync(Endpoint endpoint) {
        return CompletableFuture.runAsync(() -> del(endpoint));
    }

    /**
     * {@link #del(Endpoint) Deletes} the endpoints of this name with every container id and interface, all at once. An error
     * of one keeps none of the others from its end; the first error is thrown, with the others suppressed.
     */
    void del(String namespace, String name);

    /**
     * {@link #del(String, String)} for a caller without a waiting thread, as {@link #delAsync(Endpoint)}.
     *
     * @implSpec blocks a thread of the common pool; managers override this
     */
    default CompletableFuture<Void> delAsync(String namespace, String name) {
        return CompletableFuture.runAsync(() -> del(namespace, name));
    }

    /** Runs a full round of garbage collection, as the manager also does periodically. */
    default GcReport gc() {
        return gc(GcRequest.full());
    }

    /**
     * Runs a round in which exactly these endpoints are alive: CNI GC. Endpoints added after this call began are not
     * changed.
     */
    default GcReport gc(Set<Endpoint> valid) {
        return gc(GcRequest.valid(valid));
    }

    /**
     * Runs a round of garbage collection. Rounds do not overlap: a call waits for the running round. Unknown is not
     * dead: where a source fails or contradicts another, nothing destructive is done, and the report says so.
     *
     * @throws DeadlineExceededException the round did not end in time; it goes on in the background if it has begun
     * @throws OverloadedException many rounds were asked for and have not begun
     */
    GcReport gc(GcRequest request);

    /**
     * {@link #gc(GcRequest)} for a caller without a waiting thread. A round whose future is cancelled is not begun, or goes on
     * in the background if it was.
     *
     * @implSpec blocks a thread of the common pool; managers override this
     */
    default CompletableFuture<GcReport> gcAsync(GcRequest request) {
        return CompletableFuture.supplyAsync(() -> gc(request));
    }

    /**
     * Compares the endpoint's device, addresses, routes and MAC with its assignment, and changes nothing: CNI CHECK. An
     * endpoint without an assignment is reported as a difference.
     *
     * @throws DeadlineExceededException the time is used up
     */
    CheckReport check(Endpoint endpoint);

    /**
     * {@link #check(Endpoint)} for a caller without a waiting thread.
     *
     * @implSpec blocks a thread of the common pool; managers override this
     */
    default CompletableFuture<CheckReport> checkAsync(Endpoint endpoint) {
        return CompletableFuture.supplyAsync(() -> check(endpoint));
    }

    /**
     * Sandboxes that this manager makes ahead of need and hands out in microseconds. Does not block.
     *
     * @implSpec refuses, as is right for a manager that makes none
     */
    default SandboxPool sandboxes() {
        throw new UnsupportedOperationException(getClass().getName() + " makes no sandboxes");
    }

    /** All assignments, a consistent snapshot per endpoint. Does not block. */
    List<Assignment> assignments();

    /**
     * The ENIs of this node as the provider lists them, those in quarantine marked as such. Waits for the provider at
     * most one second: one that does not answer is shown as it last answered.
     *
     * @throws ProviderException the provider could not list them
     * @throws DeadlineExceededException the provider does not answer, and never has
     */
    List<Eni> enis();

    /**
     * How many ENIs this node may have, whether they exist or not: what {@code enim.pool.max} and the cloud allow. Empty while
     * the cloud has not told its limit. Waits as {@link #enis} does.
     *
     * @implSpec as many as {@link #enis} has
     * @throws ProviderException the provider could not tell
     * @throws DeadlineExceededException the provider does not answer
     */
    default OptionalInt capacity() {
        return OptionalInt.of(enis().size());
    }

    /** The latest steps of an endpoint, oldest first; empty when they are no longer kept. Does not block. */
    List<TimelineEntry> timeline(Endpoint endpoint);

    /**
     * The latest steps of the latest endpoint of this name, oldest first, also after it ended or its ADD failed; empty when
     * they are no longer kept. Does not block.
     */
    List<TimelineEntry> timeline(String namespace, String name);

    /** Whether this node can serve endpoints, and why not. Blocks for one second at most, while the device layer hangs. */
    Health health();

    /**
     * Whether the node is as its settings want it for the next ADD: the provider has listed its ENIs, operations can begin, and an
     * ENI is free, or endpoints hold all that the node may have, or none is kept free ({@code enim.pool.warm} is 0) and one can
     * be made. With a provider that does not use ENIM's pool, once it lists its ENIs. What else health names, like an ENI in
     * quarantine, is no matter. Blocks for one second at most, while the provider hangs.
     *
     * @implSpec whether health is {@code HEALTHY}
     */
    default boolean isReady() {
        return health().status() == Health.Status.HEALTHY;
    }

    /**
     * Waits until the node {@linkplain #isReady() is ready}: right after a start, until the cloud has listed this node's ENIs, and
     * the first ones are attached. Returns at once when it is ready, and then says nothing of later. Operations do not need it:
     * an ADD that {@linkplain AddRequest.WhenEmpty#WAIT waits} is served as soon. A caller without a thread that waits can ask
     * {@link #isReady()}, or watch {@link LifecycleListener#healthChanged}.
     *
     * @param timeout the longest to wait; zero or less asks once
     * @throws DeadlineExceededException the node is not ready in time, or the caller was interrupted; it says what health says
     */
    default void awaitReady(Duration timeout) {
        new ReadyWait(this, timeout).run();
    }

    /**
     * What each part of the manager does now, and for how long: its loops, the operations under way with the oldest one and its
     * step, and the calls that hang. {@link #health()} names those that stand still (P15). Blocks as that does.
     *
     * @implSpec tells nothing
     */
    default List<Heartbeat> heartbeats() {
        return List.of();
    }

    /**
     * The operations on endpoints that have not ended: those that run, the longest in its step first, then the ADDs that wait for an
     * ENI, in the order in which they have the next ones, then those that have not begun. Does not block.
     *
     * @implSpec tells nothing
     */
    default List<OperationStatus> operations() {
        return List.of();
    }

    /**
     * What is asked of the cloud, and how much more may be: one for each pool that the provider has made. Empty for a provider that
     * does not use ENIM's pool. Does not block.
     *
     * @implSpec tells nothing
     */
    default List<CloudCalls> cloudCalls() {
        return List.of();
    }

    /**
     * Refuses new operations, ends those that wait for an ENI, waits for the others within the setting
     * {@code enim.close.timeout}, answers all callers, and stops: provider, device layer and watches are closed within that time
     * again, and threads and listeners end within a third, after which what hangs is left behind. Assignments stay: devices remain
     * with their endpoints, and the next manager on the same directories takes them over. If a thread still hangs in a call, the
     * directories stay locked until it ends, and it changes nothing more. Idempotent; safe to be called twice at once.
     */
    @Override
    void close();
}
