package io.enim.core.internal.pool.store;

import io.enim.core.internal.pool.loop.MonotonicClock;
import io.enim.provider.OwnerTag;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/**
 * Idempotency tokens. All nodes of an account share one space of them, so a token carries the node, the time and 64 random
 * bits. Thread-safe.
 */
public final class ClientTokens {
    private final MonotonicClock clock;
    private final RandomGenerator random;
    private final String node;

    public ClientTokens(OwnerTag ownerTag, MonotonicClock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
        CRC32C crc = new CRC32C();
        crc.update(ownerTag.toString().getBytes(StandardCharsets.UTF_8));
        this.node = HexFormat.of().toHexDigits((int) crc.getValue());
    }

    public String next() {
        HexFormat hex = HexFormat.of();
        return "enim-" + node + "-" + hex.toHexDigits(clock.now().toEpochMilli()) + "-"
                + hex.toHexDigits(random.nextLong());
    }
}
