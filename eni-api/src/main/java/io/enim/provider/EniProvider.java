// SPDX-License-Identifier: Apache-2.0
package io.enim.provider;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniWish;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The ENIs that a cloud offers a node, each assigned to at most one endpoint. Created by an {@link EniProviderFactory}.
 *
 * <p>Safe for concurrent use. Methods may block on the network; core bounds each call by a deadline, and then
 * interrupts it.
 *
 * <ul>
 *   <li><b>PRV-01</b> {@code list} is a complete snapshot or an exception, never a part: absence means gone.
 *   <li><b>PRV-02</b> {@code list} names each ENI once, with the MAC, the addresses and the state it has; a held one
 *       names its holder.
 *   <li><b>PRV-10</b> {@code allocateNextEni} returns an ENI that is attached to this node and whose MAC is known.
 *   <li><b>PRV-11</b> A repeated call for the same endpoint returns the same ENI, also concurrently, and also after a
 *       restart (see {@link ProviderContext#held()}).
 *   <li><b>PRV-12</b> Concurrent calls never give one ENI to two endpoints.
 *   <li><b>PRV-13</b> It throws {@link io.enim.NoEniAvailableException} exactly when none is free, with the true counts
 *       by state; it does not wait for one.
 *   <li><b>PRV-14</b> Concurrent calls are linearizable: they answer as in some sequential order, in which a call that
 *       ended before another began comes first.
 *   <li><b>PRV-15</b> {@code allocateEni} gives an endpoint that holds no ENI the one it wishes if that is free. If not, it gives
 *       for a preference any free one, as {@code allocateNextEni} does, and for a requirement none: then it throws what
 *       {@link #allocateEni} says. What the error says of the wished ENI was true at an instant of the call; PRV-11 to PRV-14
 *       hold for it as well.
 *   <li><b>PRV-20</b> {@code deallocateEni} makes the endpoint's ENI available again; core has returned the device to the
 *       host before.
 *   <li><b>PRV-21</b> An endpoint that holds nothing is success. It is idempotent.
 *   <li><b>PRV-22</b> Another endpoint of the same name with another container id keeps its ENI.
 *   <li><b>PRV-23</b> {@code lossEvidence} has evidence only of an ENI that is held, and that the cloud described as gone or
 *       attached elsewhere several times, over a while: one description proves nothing. A provider that cannot tell
 *       returns empty.
 *   <li><b>PRV-24</b> An ENI that {@code forgetLost} ended is not available again. If the cloud describes it after all, it
 *       is new to the provider: not assigned before its device was verified on the host.
 *   <li><b>PRV-25</b> An ENI that {@code takeBack} took with a fault is not available before its device was verified on the
 *       host; one without a fault is available at once, and assigned when no other is.
 *   <li><b>PRV-30</b> An interrupted call ends soon and leaves the interrupt flag set.
 *   <li><b>PRV-31</b> After {@code close} every method throws {@link io.enim.ClosedException}; {@code close} is
 *       idempotent, and no thread of the provider outlives it.
 *   <li><b>PRV-32</b> All failures are {@link io.enim.EniException}s.
 * </ul>
 */
public interface EniProvider extends AutoCloseable {
    /**
     * Tells a provider that an application made itself, and gave to the manager, which ENI each endpoint holds: what a factory
     * learns from {@link ProviderContext#held()}. Called once for each manager, before every other call. The provider assigns
     * these ENIs to no other endpoint.
     *
     * @implSpec does nothing, as is right for a provider that keeps its assignments itself
     * @param held the ENI by its id; of endpoints whose ADD or DEL was interrupted, too
     */
    default void restore(Map<Endpoint, String> held) {}

    /**
     * All ENIs of this node that serve endpoints or will: free, held or being attached.
     *
     * @throws io.enim.ProviderException the cloud failed, or answered in part
     */
    List<Eni> list();

    /**
     * How many ENIs this node may have, whether they exist or not; empty while that is not known.
     *
     * @implSpec as many as {@link #list} has, as is right for a provider whose ENIs are given
     * @throws io.enim.ProviderException the cloud failed
     */
    default OptionalInt capacity() {
        return OptionalInt.of(list().size());
    }

    /**
     * Assigns a ready ENI to the endpoint, and returns it as held. Idempotent under the endpoint.
     *
     * @throws io.enim.NoEniAvailableException none is free; core reports it, or waits and tries again
     * @throws io.enim.ProviderException the cloud failed; core reports it
     */
    Eni allocateNextEni(Endpoint endpoint);

    /**
     * Tells of an ADD that waits behind others, and does not ask yet: one more ENI is wanted. Takes none, does not block, throws
     * nothing. Idempotent under the endpoint.
     *
     * @return whether it is to ask at once all the same, since what it gets no other may have: the endpoint holds an ENI
     *     already, or one rests for its owner. A provider that cannot tell returns false, and is asked within a second
     */
    default boolean demand(Endpoint endpoint) {
        return false;
    }

    /**
     * Assigns the wished ENI to the endpoint, and returns it as held. An endpoint that holds an ENI gets that one again, whether
     * it fits or not. Idempotent under the endpoint; as blocking as {@link #allocateNextEni}.
     *
     * @implSpec takes no wish into account: a preference is answered by {@link #allocateNextEni}, and a requirement is refused
     *     unless the endpoint holds the required ENI already
     * @param wish names something
     * @throws io.enim.NoEniAvailableException the required ENI is not free, and says in which state it is, and which endpoint
     *     holds it; or none is, for a preference. Core reports it, or waits and tries again
     * @throws io.enim.InvalidRequestException no ENI of this node fits the requirement; of the field {@code wish}
     * @throws io.enim.ProviderException the cloud failed, or this provider cannot take requirements; core reports it
     */
    default Eni allocateEni(Endpoint endpoint, EniWish wish) {
        if (wish.isRequired() && list().stream().noneMatch(eni -> eni.holder().equals(Optional.of(endpoint)))) {
            throw new FatalProviderException(
                    Refusal.OTHER,
                    "",
                    "allocate " + wish + " for " + endpoint
                            + ": this provider assigns the ENIs that it chooses. Do not require one, or let the provider"
                            + " implement allocateEni (PRV-15)");
        }
        return allocateNextEni(endpoint);
    }

    /**
     * Makes the endpoint's ENI available again. Idempotent under the endpoint; no ENI held is success.
     *
     * @throws io.enim.ProviderException the cloud failed; core keeps the ENI with the endpoint and tries again
     */
    void deallocateEni(Endpoint endpoint);

    /**
     * The evidence that the ENI which the endpoint holds is lost: deleted or detached by another party. Core asks only when
     * the endpoint is gone and the device was found nowhere; with evidence it ends the assignment, without it the ENI
     * stays in quarantine. Does not block.
     *
     * @return the evidence, for the operator; empty while the ENI exists, may exist, or nothing is known
     */
    default Optional<String> lossEvidence(Endpoint endpoint) {
        return Optional.empty();
    }

    /**
     * Ends the assignment of an ENI that is lost, whose device did not return. The cloud is not called. Idempotent under the
     * endpoint; no ENI held is success. Called only after {@link #lossEvidence} had evidence, and also when the cloud
     * described the ENI again in between.
     *
     * @throws io.enim.ProviderException the provider failed; core tries again
     */
    default void forgetLost(Endpoint endpoint) {
        throw new FatalProviderException(
                Refusal.OTHER,
                "",
                "forget the lost ENI of " + endpoint
                        + ": a provider that has loss evidence must implement forgetLost (PRV-24)");
    }

    /**
     * Takes back an ENI that an ADD could not use; its device was neither moved nor configured. Core then asks for another
     * one. Idempotent under the endpoint; no ENI held is success. Does not block.
     *
     * @param fault what is wrong with its device: the ENI is not available again before the device was verified on the host;
     *     empty when it merely does not fit the request: it is available again at once, after all others
     * @return false: the provider cannot, and nothing has changed. Core then keeps an ENI with a fault with the endpoint, in
     *     quarantine, and deallocates another
     */
    default boolean takeBack(Endpoint endpoint, Optional<String> fault) {
        return false;
    }

    /** Stops the provider. ENIs stay with their holders. Idempotent. */
    @Override
    void close();
}
