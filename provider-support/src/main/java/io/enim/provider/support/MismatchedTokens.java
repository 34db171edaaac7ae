// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Client tokens that the cloud says were used with other parameters. Either they made an ENI, which may not be visible yet, or
 * the request that used them was refused and made none. What tells the two apart is time: as long as an ENI may be hidden the
 * creation is ambiguous and is repeated, after that the token is given up. Safe for concurrent use.
 */
public final class MismatchedTokens {
    private static final int MAX_TOKENS = 1024;

    private final Duration window;
    private final Clock clock;
    private final Map<String, Instant> since = new ConcurrentHashMap<>();

    /**
     * Knows no token yet.
     *
     * @param window how long a new ENI may be hidden
     */
    public MismatchedTokens(Duration window, Clock clock) {
        this.window = window;
        this.clock = clock;
    }

    /**
     * What the token made.
     *
     * @param mismatch what the cloud said
     * @param find looks for it, by the mark that each creation sets
     * @throws AmbiguousProviderException it may be hidden: repeat the token
     * @throws FatalProviderException it made nothing, and nothing is made under it any more
     */
    public <T> T find(String token, ProviderException mismatch, Supplier<Optional<T>> find) {
        Instant first = firstSeen(token);
        Optional<T> found = find.get();
        if (found.isPresent()) {
            since.remove(token);
            return found.get();
        }
        String message = "create under token " + token + ": the cloud knows this token with other parameters, ";
        if (clock.instant().isBefore(first.plus(window))) {
            throw new AmbiguousProviderException(
                    Refusal.TOKEN_MISMATCH,
                    mismatch.code(),
                    message + "and does not show it yet; repeat the token: " + mismatch.getMessage(),
                    mismatch);
        }
        since.remove(token);
        throw new FatalProviderException(
                Refusal.TOKEN_MISMATCH,
                mismatch.code(),
                message + "and shows no ENI of it since " + first + "; use a new token: " + mismatch.getMessage(),
                mismatch);
    }

    private Instant firstSeen(String token) {
        if (since.size() >= MAX_TOKENS) {
            since.clear();
        }
        return since.computeIfAbsent(token, key -> clock.instant());
    }
}
