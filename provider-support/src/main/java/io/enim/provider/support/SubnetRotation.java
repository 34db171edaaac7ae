// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Creates in the first subnet that has room, and remembers those that had none. A token that comes again goes to the
 * subnet of its last try first, where the cloud still knows it. Safe for concurrent use; no lock is held meanwhile.
 *
 * @param <S> the vendor's subnet
 */
public final class SubnetRotation<S> {
    private static final int MAX_TOKENS = 1024;

    private final Function<S, String> id;
    private final Duration pause;
    private final Clock clock;
    private final Map<String, S> lastSubnets = new ConcurrentHashMap<>();
    private final Map<String, Instant> fullUntil = new ConcurrentHashMap<>();

    /**
     * Begins with no subnet known as full.
     *
     * @param id a subnet's id
     * @param pause how long a subnet counts as full
     */
    public SubnetRotation(Function<S, String> id, Duration pause, Clock clock) {
        this.id = id;
        this.pause = pause;
        this.clock = clock;
    }

    /**
     * Creates in one subnet after the other, until one has room. Only a refusal for {@link Refusal#SUBNET_FULL} leads to
     * the next: such a subnet made nothing, so the token is free. Any other error ends the attempt.
     *
     * <p>What is remembered of tokens may be forgotten, so {@code create} finds what its token made in another subnet.
     *
     * @param candidates where to create, best first and never empty; asked when the token is new or its subnet full
     */
    public <T> T create(String token, Supplier<List<S>> candidates, Function<S, T> create) {
        List<RetryableProviderException> refusals = new ArrayList<>();
        List<S> last = Optional.ofNullable(lastSubnets.get(token)).stream().toList();
        return attempt(token, last, create, refusals)
                .or(() -> attempt(token, candidates.get(), create, refusals))
                .orElseThrow(() -> {
                    RetryableProviderException first = refusals.get(0);
                    refusals.stream().skip(1).forEach(first::addSuppressed);
                    return first;
                });
    }

    private <T> Optional<T> attempt(
            String token, List<S> subnets, Function<S, T> create, List<RetryableProviderException> refusals) {
        for (S subnet : subnets) {
            if (lastSubnets.size() >= MAX_TOKENS) {
                lastSubnets.clear();
            }
            lastSubnets.put(token, subnet);
            try {
                return Optional.of(create.apply(subnet));
            } catch (RetryableProviderException e) {
                if (e.refusal() != Refusal.SUBNET_FULL) {
                    throw e;
                }
                fullUntil.put(id.apply(subnet), clock.instant().plus(pause));
                lastSubnets.remove(token);
                refusals.add(e);
            }
        }
        return Optional.empty();
    }

    /** Whether it had no room a moment ago. */
    public boolean isFull(S subnet) {
        return fullUntil.getOrDefault(id.apply(subnet), Instant.MIN).isAfter(clock.instant());
    }

    /** The ids of the subnets that had no room at some time. */
    public Set<String> everFull() {
        return Set.copyOf(fullUntil.keySet());
    }
}
