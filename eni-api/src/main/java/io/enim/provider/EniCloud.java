// SPDX-License-Identifier: Apache-2.0
package io.enim.provider;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The narrow SPI: what a vendor implements when ENIM pools the ENIs. Pass it to {@link ProviderContext#pool}.
 *
 * <p>Safe for concurrent use. Each method may block on the network, makes one request to the cloud, and returns as soon as
 * the cloud has accepted it: core waits, polls with {@code describe}, retries, and limits the rate. An adapter therefore
 * turns the retries of its own client off, or keeps them within a second. Core bounds each call by
 * {@code enim.cloud.timeout} and then interrupts it.
 *
 * <ul>
 *   <li><b>CLD-01</b> {@code describe} is complete, over all pages, or throws; it never answers a part.
 *   <li><b>CLD-02</b> {@code describe} contains every ENI that is attached to this instance as one that ENIM may use,
 *       and every ENI that carries this node's owner tag, attached or not; not the instance's own first interface.
 *   <li><b>CLD-03</b> A status that the adapter does not know is {@link CloudEni.Status#OTHER}, never an error.
 *   <li><b>CLD-04</b> {@code limits} is the number of ENIs that ENIM may have attached here: the limit of the instance, less
 *       the ENIs that are attached and not described to ENIM as its own.
 *   <li><b>CLD-10</b> {@code create} with a token that was used before returns the ENI that it created then.
 *   <li><b>CLD-11</b> The owner tag is on the ENI from the moment it exists.
 *   <li><b>CLD-12</b> An ENI that {@code create} returned may be missing from {@code describe} for a while; once described
 *       it does not disappear until it is deleted, and once gone it does not reappear.
 *   <li><b>CLD-20</b> {@code attach} of an ENI that is attached here already is success.
 *   <li><b>CLD-21</b> {@code attach} beyond the instance's limit throws fatal with
 *       {@link io.enim.ProviderException.Refusal#ENI_LIMIT}.
 *   <li><b>CLD-30</b> {@code detach} of an ENI that is not attached, or is gone, is success.
 *   <li><b>CLD-31</b> {@code delete} of an ENI that is gone is success.
 *   <li><b>CLD-32</b> {@code delete} never detaches: of an ENI that is attached it throws
 *       {@link io.enim.ProviderException.Refusal#WRONG_STATE}.
 *   <li><b>CLD-40</b> Throttling is retryable with {@link io.enim.ProviderException.Refusal#THROTTLED}, full subnets
 *       with {@code SUBNET_FULL}, since addresses become free again; a lost or unreadable answer to a call that
 *       changes something is ambiguous; refused credentials are fatal.
 *   <li><b>CLD-41</b> An interrupted call ends soon and leaves the interrupt flag set.
 *   <li><b>CLD-42</b> After {@code close} every method throws {@link io.enim.ClosedException}; {@code close} is
 *       idempotent, and no thread of the adapter outlives it.
 * </ul>
 */
public interface EniCloud extends AutoCloseable {
    /** The identity of this node; constant as long as the node runs. */
    NodeIdentity node();

    /** The current limits of this instance. */
    NodeLimits limits();

    /** All ENIs that are attached to this node or carry its owner tag. */
    List<CloudEni> describe();

    /**
     * Creates an ENI in a subnet of the adapter's choice, in this node's zone.
     *
     * @return the ENI, with id and MAC
     */
    CloudEni create(CreateRequest request);

    /** Begins to attach an ENI to this node. */
    void attach(String eniId, AttachRequest request);

    /** Begins to detach an ENI from this node. */
    void detach(String eniId);

    /** Deletes an ENI that is not attached. */
    void delete(String eniId);

    /**
     * How long an ENI that was released has to rest before another endpoint gets it, with its addresses, as far as this cloud
     * knows: until its network and load balancers send nothing to these addresses that was meant for the endpoint before. Zero
     * where nothing does. Holds where the operator does not set {@code enim.pool.cooldown}. Constant; does not block.
     *
     * @return empty: the cloud does not know; ENIM uses its default
     */
    default Optional<Duration> cooldown() {
        return Optional.empty();
    }

    /**
     * What would raise the number that {@link #limits} told last, as messages say it: {@code use a larger instance type than
     * m6i.large, which takes 3 interfaces}. Called after {@code limits}; does not block.
     *
     * @return empty: the adapter does not know
     */
    default Optional<String> howToGetMore() {
        return Optional.empty();
    }

    /** Closes connections and stops threads. Idempotent. */
    @Override
    void close();
}
