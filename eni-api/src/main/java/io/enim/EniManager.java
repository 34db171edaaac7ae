package io.enim;

import java.util.List;
import java.util.Set;

/**
 * Hands each endpoint an ENI of its own and takes it back.
 *
 * <p><b>Threads.</b> All methods are safe for concurrent use. Different endpoints proceed in parallel; the operations
 * of one endpoint are done one after another, in the order they came, except that a DEL ends an ADD of the same
 * endpoint that is still at work (P7).
 *
 * <p><b>Blocking.</b> {@code add}, {@code del}, {@code gc} and {@code check} block, each within its deadline (P8).
 * Interrupting the caller ends its wait with {@link DeadlineExceededException} and the interrupt flag set; what was
 * begun is undone or finished in the background. {@code assignments}, {@code enis}, {@code timeline} and
 * {@code health} answer from memory.
 *
 * <p><b>Promise.</b> At most one endpoint holds an ENI at any moment, across crashes and restarts (P1), and an ENI is
 * free only after its device was seen at home, by MAC, clean (P2).
 *
 * <p><b>Errors.</b> Every method may throw {@link ClosedException}; the others are named where they arise. All are
 * {@link EniException}s.
 */
public interface EniManager extends AutoCloseable {
    /**
     * Gives the endpoint an ENI and moves its device into the endpoint's namespace, configured and up. Idempotent per
     * endpoint: asked again, it answers the same, finishes what is missing, and does not touch a live link (P3).
     *
     * @throws InvalidRequestException the namespace is missing, is none, or is the host's own; or the endpoint holds an
     *     ENI in another namespace
     * @throws NoEniAvailableException no ENI is free, or none became free in time
     * @throws DeviceException the device is missing, ambiguous, protected, or the kernel refused
     * @throws ProviderException the provider failed
     * @throws LedgerException the intent could not be recorded; nothing was begun
     * @throws DeadlineExceededException the time is used up
     * @throws SupersededException a DEL of this endpoint came in between
     * @throws OverloadedException too many operations are under way
     */
    Assignment add(AddRequest request);

    /** Assigns an ENI to an endpoint that lives once; the device stays home. Errors as {@link #add(AddRequest)}. */
    default Assignment add(String namespace, String name) {
        return add(AddRequest.forEndpoint(Endpoint.of(namespace, name)).build());
    }

    /**
     * Brings the endpoint's device home, clean, verifies it there by MAC, and only then frees the ENI. Idempotent;
     * needs no namespace; success for an endpoint that holds nothing (P3). Never touches another life of the same name
     * (P4). A device that cannot be found or cleaned leaves the ENI in quarantine, which is success for the caller: the
     * endpoint is gone, and GC keeps at the device.
     *
     * @throws LedgerException the intent could not be recorded; nothing was begun
     * @throws DeadlineExceededException the time is used up; calling again continues
     * @throws OverloadedException too many operations are under way
     */
    void del(Endpoint endpoint);

    /** {@link #del(Endpoint) Deletes} every life and every interface of that endpoint. */
    void del(String namespace, String name);

    /** Runs a full round of garbage collection. It also runs by itself. */
    default GcReport gc() {
        return gc(GcRequest.full());
    }

    /**
     * Runs a round in which exactly these endpoints are alive: CNI GC. Endpoints added after this call began are left
     * alone.
     */
    default GcReport gc(Set<Endpoint> valid) {
        return gc(GcRequest.valid(valid));
    }

    /**
     * Runs a round of garbage collection. Rounds do not overlap: a call waits for the round under way. Unknown is not
     * dead: where a source fails or contradicts another, nothing destructive is done, and the report says so.
     *
     * @throws DeadlineExceededException the round did not end in time; it goes on in the background
     */
    GcReport gc(GcRequest request);

    /**
     * Compares the endpoint's device, addresses, routes and MAC with what was set up, and changes nothing: CNI CHECK.
     * An endpoint that holds nothing differs in that.
     *
     * @throws DeadlineExceededException the time is used up
     */
    CheckReport check(Endpoint endpoint);

    /** All assignments, a consistent snapshot per endpoint. Does not block. */
    List<Assignment> assignments();

    /**
     * The ENIs of this node, as the provider lists them, with quarantines of the manager's own on top.
     *
     * @throws ProviderException the provider could not list them
     */
    List<Eni> enis();

    /** The latest steps of an endpoint, oldest first; empty when nothing is known any more. Does not block. */
    List<TimelineEntry> timeline(Endpoint endpoint);

    /**
     * The latest steps of that endpoint's latest life, oldest first, also of one that has ended or never began well;
     * empty when nothing is known any more. Does not block.
     */
    List<TimelineEntry> timeline(String namespace, String name);

    /** Whether this node can serve endpoints, and why not. Truthful; does not block. */
    Health health();

    /**
     * Refuses new operations, waits for those under way, within the setting {@code enim.close.timeout}, and stops.
     * Assignments stay: devices remain with their endpoints, and the next manager on the same directories takes them
     * over. Idempotent.
     */
    @Override
    void close();
}
