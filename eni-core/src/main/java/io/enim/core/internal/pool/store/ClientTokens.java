package io.enim.core.internal.pool;

import io.enim.provider.Mark;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/**
 * Client tokens. An account's nodes share one space of them, so a token carries the node, the time and 64 random bits.
 */
final class Tokens {
    private final SteadyClock clock;
    private final RandomGenerator random;
    private final String node;

    Tokens(Mark mark, SteadyClock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
        CRC32C crc = new CRC32C();
        crc.update(mark.toString().getBytes(StandardCharsets.UTF_8));
        this.node = HexFormat.of().toHexDigits((int) crc.getValue());
    }

    String next() {
        HexFormat hex = HexFormat.of();
        return "enim-" + node + "-" + hex.toHexDigits(clock.now().toEpochMilli()) + "-"
                + hex.toHexDigits(random.nextLong());
    }
}
