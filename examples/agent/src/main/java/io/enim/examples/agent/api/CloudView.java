// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.api;

import io.enim.CloudCalls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a pool asks of its cloud, and how much more it may ask. */
public record CloudView(List<UnderWay> underWay, List<Ended> ended, List<Budget> budgets) {
    /** A call without an answer; {@code subject} is the ENI that it is about. */
    public record UnderWay(String call, @Nullable String subject, long millis) {}

    /** How the calls of one kind ended since the agent's start. */
    public record Ended(
            String call,
            long succeeded,
            long failed,
            @Nullable String latestFailure) {}

    /** A rate limit that the pool keeps: how many calls may be made at once now and at most, and how many come each second. */
    public record Budget(String name, double left, double most, double perSecond) {}

    static CloudView of(CloudCalls calls) {
        return new CloudView(
                calls.underWay().stream()
                        .map(call -> new UnderWay(
                                call.call(),
                                textOrNull(call.subject()),
                                call.age().toMillis()))
                        .toList(),
                calls.ended().stream()
                        .map(kind -> new Ended(
                                kind.call(), kind.succeeded(), kind.failed(), textOrNull(kind.latestFailure())))
                        .toList(),
                calls.budgets().stream()
                        .map(budget -> new Budget(
                                budget.name(), rounded(budget.left()), budget.most(), rounded(budget.perSecond())))
                        .toList());
    }

    private static @Nullable String textOrNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** To thousandths: a longer fraction tells nothing. */
    private static double rounded(double number) {
        return Math.round(number * 1000) / 1000.0;
    }
}
