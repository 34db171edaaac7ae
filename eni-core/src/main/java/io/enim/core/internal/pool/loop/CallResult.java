package io.enim.core.internal.pool.loop;

import io.enim.EniException;
import java.time.Instant;
import java.util.Optional;

/**
 * How work outside a round ended.
 *
 * @param value its result; empty when it failed
 * @param error why it failed; empty when it did not
 * @param began when it was handed over
 */
public record CallResult<T>(Optional<T> value, Optional<EniException> error, Instant began) {
    static <T> CallResult<T> of(T value, Instant began) {
        return new CallResult<>(Optional.of(value), Optional.empty(), began);
    }

    static <T> CallResult<T> failed(EniException error, Instant began) {
        return new CallResult<>(Optional.empty(), Optional.of(error), began);
    }
}
