// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * What a pool asks of its cloud, and how much more it may ask. Immutable.
 *
 * @param underWay the calls without an answer, the oldest first
 * @param ended how the calls of each kind ended since the manager's start; a kind that was never called is left out
 * @param budgets what is left of each rate limit that the pool keeps for itself
 */
public record CloudCalls(List<UnderWay> underWay, List<Ended> ended, List<Budget> budgets) {
    /**
     * A call without an answer.
     *
     * @param call the call's name, like {@code create}
     * @param subject the ENI that it is about; empty for one about all
     */
    public record UnderWay(String call, String subject, Duration age) {
        public UnderWay {
            requireNonNull(call, "call");
            subject = PrintableText.brief(subject);
            requireNonNull(age, "age");
        }
    }

    /**
     * How the calls of one kind ended.
     *
     * @param call the call's name, like {@code create}
     * @param latestFailure what the latest failure was, as metrics name it, like {@code THROTTLED}; empty without one
     */
    public record Ended(String call, long succeeded, long failed, String latestFailure) {
        public Ended {
            requireNonNull(call, "call");
            requireNonNull(latestFailure, "latestFailure");
        }
    }

    /**
     * A rate limit.
     *
     * @param name what it limits: {@code describes}, {@code mutations} (all calls that change something) or {@code creates}
     * @param left how many calls may be made at once now
     * @param most how many at most, after a rest
     * @param perSecond how many are added each second
     */
    public record Budget(String name, double left, double most, double perSecond) {
        public Budget {
            requireNonNull(name, "name");
        }
    }

    public CloudCalls {
        underWay = List.copyOf(underWay);
        ended = List.copyOf(ended);
        budgets = List.copyOf(budgets);
    }
}
