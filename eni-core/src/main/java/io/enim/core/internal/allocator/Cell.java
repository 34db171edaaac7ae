// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import org.jspecify.annotations.Nullable;

/**
 * An element of a stack. Its link leads to cells pushed before it, and changes only to skip those whose claims are gone, which
 * is final: a late write of a link may show a gone claim again, but loses no other. Links are plain, since a thread that read
 * the top sees what the cells below it were pushed with.
 */
final class Cell<K, E> {
    final Claim<K, E> claim;

    private @Nullable Cell<K, E> below;

    /** The approximate number of cells from here to the end. */
    int depth;

    Cell(Claim<K, E> claim) {
        this.claim = claim;
    }

    /** Before it is pushed. */
    void above(@Nullable Cell<K, E> below) {
        this.below = below;
        depth = below == null ? 1 : below.depth + 1;
    }

    /** The first that is not gone, from a top on; the top leads to it from now on. */
    static <K, E> @Nullable Cell<K, E> present(@Nullable Cell<K, E> top) {
        return top != null && top.claim.isGone() ? top.presentBelow() : top;
    }

    /** The first below that is not gone; this one leads to it from now on. */
    @Nullable
    Cell<K, E> presentBelow() {
        Cell<K, E> next = below;
        Cell<K, E> present = next;
        while (present != null && present.claim.isGone()) {
            present = present.below;
        }
        if (present != next) {
            below = present;
        }
        return present;
    }

    /** The next one, gone or not. */
    @Nullable
    Cell<K, E> below() {
        return below;
    }
}
