// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

/**
 * Proof of holding an ENI. Stale once released: releasing it again has no effect, whichever key holds the ENI then. Two
 * leases are equal if they are the same lease, not if the same key held the same ENI twice.
 *
 * @param <K> the holder
 * @param <E> the ENI
 */
public sealed interface Lease<K, E> permits Claim {
    K key();

    E eni();
}
