package io.enim.core.internal.allocator;

/**
 * Proof of holding an ENI. Stale once released: releasing it again has no effect, whoever holds the ENI then.
 *
 * @param <K> what holds
 * @param <E> what is held
 */
public final class Lease<K, E> {
    private final Claim<K, E> claim;
    private final E eni;

    Lease(Claim<K, E> claim, E eni) {
        this.claim = claim;
        this.eni = eni;
    }

    Claim<K, E> claim() {
        return claim;
    }

    /** Who holds. */
    public K key() {
        return claim.key;
    }

    /** What is held. */
    public E eni() {
        return eni;
    }

    /** Two leases are one if they are of the same epoch. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Lease<?, ?> lease && lease.claim == claim;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(claim);
    }

    @Override
    public String toString() {
        return eni + " held by " + claim.key;
    }
}
