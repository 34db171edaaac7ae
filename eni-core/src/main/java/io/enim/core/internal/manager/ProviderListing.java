// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import static java.util.Objects.requireNonNull;

import io.enim.DeadlineExceededException;
import io.enim.Eni;
import io.enim.OverloadedException;
import io.enim.provider.EniProvider;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The ENIs as the provider lists them. Safe for concurrent use. */
final class ProviderListing {
    private static final String WHAT = "list ENIs";
    /** The longest that those wait who only look. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final EniProvider provider;
    private final BoundedProviderCalls calls;
    private volatile @Nullable List<Eni> last;

    ProviderListing(EniProvider provider, BoundedProviderCalls calls) {
        this.provider = provider;
        this.calls = calls;
    }

    /** As of now, for decisions; blocks until the provider answers, at most as long as its calls may take. */
    List<Eni> now() {
        if (provider instanceof TimedProvider own && own.listsFromMemory()) {
            return own.list();
        }
        List<Eni> listed = calls.call(WHAT, () -> List.copyOf(provider.list()));
        last = listed;
        return listed;
    }

    /** As of now, or the last that the provider gave if it does not answer within a second. */
    List<Eni> latest() {
        try {
            List<Eni> listed = calls.call(WHAT, PATIENCE, () -> List.copyOf(provider.list()));
            last = listed;
            return listed;
        } catch (DeadlineExceededException | OverloadedException e) {
            List<Eni> known = last;
            if (known == null) {
                throw e;
            }
            return known;
        }
    }

    /** How many there may be, if the provider answers within a second. */
    OptionalInt capacity() {
        return calls.call(
                "ask how many ENIs there may be", PATIENCE, () -> requireNonNull(provider.capacity(), "capacity"));
    }
}
