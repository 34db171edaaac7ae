// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.loop;

import io.enim.EniException;
import java.time.Instant;
import java.util.Optional;

/**
 * How off-loop work ended.
 *
 * @param value its result; empty when it failed
 * @param error why it failed; empty when it did not
 * @param began when it was handed over
 * @param ended when it ended, or was given up
 */
public record CallResult<T>(Optional<T> value, Optional<EniException> error, Instant began, Instant ended) {
    /** Why it failed, in words; empty when it did not. */
    public Optional<String> problem() {
        return error.map(CallResult::message);
    }

    public static String message(EniException error) {
        return String.valueOf(error.getMessage());
    }
}
