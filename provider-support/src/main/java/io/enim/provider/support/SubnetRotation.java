// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
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
 * <p>Clouds bind a client token to the parameters of the request that first used it, and some do so although that request
 * was refused. So what goes to the first subnet of a token is the token itself: whatever process repeats it elsewhere is told of
 * the mismatch, and makes no second ENI. Once this process was told that a subnet is full, it sends tokens of its own making,
 * one for each subnet.
 *
 * @param <S> the vendor's subnet
 */
public final class SubnetRotation<S> {
    private static final int MAX_TOKENS = 1024;
    private static final int DIGITS = 32;

    /** Creates in one subnet. */
    public interface Attempt<S, T> {
        /**
         * Sends one request.
         *
         * @param clientToken what goes to the cloud for the token
         */
        T create(S subnet, String clientToken);
    }

    private final Function<S, String> id;
    private final Duration pause;
    private final Clock clock;
    private final Map<String, S> lastSubnets = new ConcurrentHashMap<>();
    /** Those that a full subnet was asked with. */
    private final Set<String> boundTokens = ConcurrentHashMap.newKeySet();

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
     * the next: such a subnet made nothing. Any other error ends the attempt.
     *
     * <p>What is remembered of tokens may be forgotten, so {@code create} finds what its token made in another subnet.
     *
     * @param candidates where to create, best first and never empty; asked when the token is new or its subnet full
     */
    public <T> T create(String token, Supplier<List<S>> candidates, Attempt<S, T> create) {
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

    /** As above, for a cloud that has no client tokens. */
    public <T> T create(String token, Supplier<List<S>> candidates, Function<S, T> create) {
        return create(token, candidates, (subnet, clientToken) -> create.apply(subnet));
    }

    private <T> Optional<T> attempt(
            String token, List<S> subnets, Attempt<S, T> create, List<RetryableProviderException> refusals) {
        for (S subnet : subnets) {
            if (lastSubnets.size() >= MAX_TOKENS || boundTokens.size() >= MAX_TOKENS) {
                lastSubnets.clear();
                boundTokens.clear();
            }
            lastSubnets.put(token, subnet);
            try {
                return Optional.of(create.create(subnet, clientToken(token, subnet)));
            } catch (RetryableProviderException e) {
                if (e.refusal() != Refusal.SUBNET_FULL) {
                    throw e;
                }
                fullUntil.put(id.apply(subnet), clock.instant().plus(pause));
                lastSubnets.remove(token);
                boundTokens.add(token);
                refusals.add(e);
            }
        }
        return Optional.empty();
    }

    private String clientToken(String token, S subnet) {
        return boundTokens.contains(token) ? digits(token + " " + id.apply(subnet)) : token;
    }

    private static String digits(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
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
