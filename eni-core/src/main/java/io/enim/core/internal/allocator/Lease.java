package io.enim.core.internal.allocator;

/**
 * Proof of holding an ENI. Stale once released: releasing it again has no effect, whoever holds the ENI then. Two leases
 * are equal if they are the same lease, not if the same key held the same ENI twice.
 *
 * @param <K> what holds
 * @param <E> what is held
 */
public sealed interface Lease<K, E> permits Claim {
    /** Who holds. */
    K key();

    /** What is held. */
    E eni();
}
