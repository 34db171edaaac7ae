package io.enim.benchmarks.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LinkDatagramsTest {
    private final LinkDatagrams benchmark = new LinkDatagrams();

    @Test
    void theFloorWritesTheSameBytes() {
        assertThat(benchmark.encode()).isEqualTo(benchmark.encodeFloor());
    }

    @Test
    void theFloorReadsTheSameFacts() {
        assertThat(benchmark.decode())
                .isEqualTo(benchmark.decodeFloor())
                .isEqualTo(new LinkDatagrams.Facts(RawLink.NAME, RawLink.MTU, 0x0200_5e30_0001L));
    }
}
