// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.OwnerTag;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Finds an ENI before it is changed: only one with this node's owner tag is, and one that is not visible yet is not
 * taken for gone. Safe for concurrent use.
 *
 * @param <E> the vendor's ENI
 */
public final class OwnedEnis<E> {
    private final OwnerTag ownerTag;
    private final EventualVisibility visibility;
    private final Function<String, Optional<E>> describe;
    private final Predicate<E> isOurs;

    /**
     * Asks nothing yet.
     *
     * @param describe asks the cloud for one ENI by id; empty when it shows none
     * @param isOurs whether an ENI has the owner tag
     */
    public OwnedEnis(
            OwnerTag ownerTag,
            EventualVisibility visibility,
            Function<String, Optional<E>> describe,
            Predicate<E> isOurs) {
        this.ownerTag = ownerTag;
        this.visibility = visibility;
        this.describe = describe;
        this.isOurs = isOurs;
    }

    /**
     * The ENI; empty when it is gone.
     *
     * @throws RetryableProviderException it was created a moment ago and is not visible yet
     * @throws FatalProviderException it is not this node's
     */
    public Optional<E> find(String operation, String eniId) {
        Optional<E> found = describe.apply(eniId);
        if (found.isEmpty()) {
            if (visibility.mayStillAppear(eniId)) {
                throw notFound(operation, eniId);
            }
            return found;
        }
        visibility.seen(eniId);
        if (found.filter(isOurs).isEmpty()) {
            String message = operation + " " + eniId + ": it has not the owner tag " + ownerTag
                    + ", so it is not this node's and stays untouched";
            throw new FatalProviderException(Refusal.OTHER, "", message);
        }
        return found;
    }

    /** The ENI, where one that is gone is an error. */
    public E require(String operation, String eniId) {
        return find(operation, eniId).orElseThrow(() -> notFound(operation, eniId));
    }

    private static RetryableProviderException notFound(String operation, String eniId) {
        return new RetryableProviderException(
                Refusal.NOT_FOUND, "", operation + " " + eniId + ": the cloud does not show it, or not yet; ask again");
    }

    /** The error for an ENI whose state does not allow the operation. */
    public static RetryableProviderException wrongState(String operation, String eniId, String state, String next) {
        return new RetryableProviderException(
                Refusal.WRONG_STATE, "", operation + " " + eniId + ": it is " + state + "; " + next);
    }

    /** Ends or deletes what was described a moment ago: not found means gone, which is what was asked for. */
    public static void ignoreNotFound(Runnable change) {
        try {
            change.run();
        } catch (RetryableProviderException e) {
            if (e.refusal() != Refusal.NOT_FOUND) {
                throw e;
            }
        }
    }
}
