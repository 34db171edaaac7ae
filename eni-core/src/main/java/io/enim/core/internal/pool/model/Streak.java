// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import java.time.Duration;
import java.time.Instant;

/**
 * Complete describes in a row that say the same of one ENI, and when the first and the last began. Those closer together
 * than {@link #MIN_APART} may come from one stale replica of the cloud, and prove no more than one does.
 */
record Streak(int describes, Instant first, Instant last) {
    static final Duration MIN_APART = Duration.ofSeconds(10);
    static final Streak NONE = new Streak(0, Instant.MAX, Instant.MIN);

    /** With one more, which began at this moment; perhaps before the first, if that was the answer to a creation. */
    Streak and(Instant began) {
        return new Streak(describes + 1, began.isBefore(first) ? began : first, began);
    }

    /** Two that are apart. */
    boolean isProof() {
        return describes >= 2 && spans(MIN_APART);
    }

    boolean spans(Duration time) {
        return !first.plus(time).isAfter(last);
    }
}
