package io.enim.core.internal.pool;

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
record Answer<T>(Optional<T> value, Optional<EniException> error, Instant began) {
    static <T> Answer<T> of(T value, Instant began) {
        return new Answer<>(Optional.of(value), Optional.empty(), began);
    }

    static <T> Answer<T> failed(EniException error, Instant began) {
        return new Answer<>(Optional.empty(), Optional.of(error), began);
    }
}
