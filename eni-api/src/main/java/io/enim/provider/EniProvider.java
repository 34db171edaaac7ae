package io.enim.provider;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import java.util.List;
import java.util.Optional;

/**
 * What a cloud offers a node: a set of ENIs, handed out one to an endpoint. Made by an {@link EniProviderFactory}.
 *
 * <p>Safe for concurrent use. Methods may block on the network; core gives each call a deadline of its own, and
 * interrupts it when that has passed.
 *
 * <ul>
 *   <li><b>PRV-01</b> {@code list} is a complete snapshot or an exception, never a part: absence means gone.
 *   <li><b>PRV-02</b> {@code list} names each ENI once, with the MAC, the addresses and the state it has; a held one
 *       names its holder.
 *   <li><b>PRV-10</b> {@code allocateNextEni} answers an ENI that is attached to this node and whose MAC is known.
 *   <li><b>PRV-11</b> Asked again for the same endpoint, it answers the same ENI, also when asked twice at once, and
 *       also after a restart (see {@link ProviderContext#held()}).
 *   <li><b>PRV-12</b> Concurrent calls never give one ENI to two endpoints.
 *   <li><b>PRV-13</b> It throws {@link io.enim.NoEniAvailableException} exactly when none is free, with the true counts
 *       by state; it does not wait for one.
 *   <li><b>PRV-14</b> Calls that overlap answer as if they had come one after another, in some order that agrees with
 *       who ended before whom began.
 *   <li><b>PRV-20</b> {@code deallocateEni} makes the endpoint's ENI available again; core has brought the device home
 *       before.
 *   <li><b>PRV-21</b> An endpoint that holds nothing is success. It is idempotent.
 *   <li><b>PRV-22</b> Another life of the same name keeps what it holds.
 *   <li><b>PRV-23</b> {@code lossEvidence} has evidence only of an ENI that is held, and that the cloud showed gone or attached
 *       elsewhere several times, over a while: one description proves nothing. A provider that cannot tell leaves it as
 *       it is.
 *   <li><b>PRV-24</b> An ENI that {@code forgetLost} ended is not available again. Should the cloud show it after all, it is
 *       as one never seen: given to nobody before its device was seen at home.
 *   <li><b>PRV-30</b> An interrupted call ends soon and leaves the interrupt flag set.
 *   <li><b>PRV-31</b> After {@code close} every method throws {@link io.enim.ClosedException}; {@code close} is
 *       idempotent, and no thread of the provider outlives it.
 *   <li><b>PRV-32</b> All failures are {@link io.enim.EniException}s.
 * </ul>
 */
public interface EniProvider extends AutoCloseable {
    /**
     * All ENIs of this node that may serve endpoints, free, held or on their way.
     *
     * @throws io.enim.ProviderException the cloud could not be asked, or answered in part
     */
    List<Eni> list();

    /**
     * Picks a ready ENI for the endpoint; asked again for the same endpoint, the same ENI. Idempotent under the
     * endpoint.
     *
     * @return the ENI, in use, held by the endpoint
     * @throws io.enim.NoEniAvailableException none is free; core reports it, or waits and asks again
     * @throws io.enim.ProviderException the cloud failed; core reports it
     */
    Eni allocateNextEni(Endpoint endpoint);

    /**
     * Makes the endpoint's ENI available again. Idempotent under the endpoint; no ENI held is success.
     *
     * @throws io.enim.ProviderException the cloud failed; core keeps the ENI with the endpoint and tries again
     */
    void deallocateEni(Endpoint endpoint);

    /**
     * How it is known that the ENI which the endpoint holds is lost: deleted or detached by somebody at the cloud. Core
     * asks only when the endpoint is gone and the device was found nowhere; with evidence it ends the assignment,
     * without it the ENI stays in quarantine. Does not block.
     *
     * @return the evidence, for the operator; empty while the ENI is there, may be there, or nobody knows
     */
    default Optional<String> lossEvidence(Endpoint endpoint) {
        return Optional.empty();
    }

    /**
     * Ends the hold of an endpoint on an ENI that is lost, whose device nobody brought home. Nothing is asked of the
     * cloud. Idempotent under the endpoint; no ENI held is success. Called only after {@link #lossEvidence} had evidence, and
     * also when the cloud showed the ENI again in between.
     *
     * @throws io.enim.ProviderException the provider failed; core tries again
     */
    default void forgetLost(Endpoint endpoint) {
        throw new FatalProviderException(
                Refusal.OTHER,
                "",
                "write off the ENI of " + endpoint
                        + ": a provider that tells of losses has to forget them, too (PRV-24)");
    }

    /** Stops. ENIs stay with their holders. Idempotent. */
    @Override
    void close();
}
