// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniWish;
import io.enim.NoEniAvailableException;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.pool.cooldown.Cooldowns;
import java.time.Duration;

/** Says what became of an ENI that an endpoint requires: by state, with the holder, and when it may be free. */
record WishRefusal(Endpoint endpoint, EniWish wish, Eni instead) {
    private static final Duration SOON = Duration.ofMillis(500);
    private static final Duration ATTACHING = Duration.ofSeconds(3);
    private static final Duration NOT_FORESEEN = Duration.ofSeconds(30);

    NoEniAvailableException error(Cooldowns cooldowns, MonotonicClock clock) {
        Duration rest = cooldowns.left(instead.id());
        String reason = instead.reason().isEmpty() ? "" : ": " + instead.reason();
        return switch (instead.state()) {
            case IN_USE -> error("is held by " + instead.holder().orElseThrow(), NOT_FORESEEN);
            case RECYCLING ->
                rest.isZero()
                        ? error("is checked after its last use", SOON)
                        : error("cools down until " + clock.wall().instant().plus(rest), rest);
            case ATTACHING -> error("is not ready yet" + reason, ATTACHING);
            case QUARANTINED -> error("is quarantined" + reason, NOT_FORESEEN);
            case DETACHING -> error("is being detached", NOT_FORESEEN);
            // Since it was asked for.
            case READY -> error("became free", SOON);
        };
    }

    private NoEniAvailableException error(String what, Duration retryAfter) {
        return NoEniAvailableException.required(
                endpoint, wish, instead.id() + " " + what, instead.holder(), retryAfter);
    }
}
