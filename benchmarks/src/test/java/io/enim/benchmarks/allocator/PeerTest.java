package io.enim.benchmarks.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Endpoint;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every peer does the measured job. */
final class PeerTest {
    private static final List<String> ENIS =
            IntStream.range(0, 10).mapToObj(i -> "eni-" + i).toList();

    private static Endpoint endpoint(int i) {
        return Endpoint.of("default", "pod-" + i, "c" + i);
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void theSameEndpointGetsTheSameEni(Peer peer) {
        try (KeyedPool pool = peer.filled(ENIS)) {
            Object first = pool.allocate(endpoint(1));

            assertThat(first).isNotNull();
            assertThat(pool.allocate(endpoint(1))).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void everyEniIsGivenOnceAndThenNoneIsLeft(Peer peer) {
        try (KeyedPool pool = peer.filled(ENIS)) {
            Set<Object> given = new HashSet<>();
            for (int i = 0; i < ENIS.size(); i++) {
                given.add(pool.allocate(endpoint(i)));
            }

            assertThat(given).hasSize(ENIS.size()).doesNotContainNull();
            assertThat(pool.allocate(endpoint(99))).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void whatIsReleasedIsGivenAgain(Peer peer) {
        try (KeyedPool pool = peer.filled(ENIS)) {
            for (int i = 0; i < ENIS.size(); i++) {
                pool.allocate(endpoint(i));
            }

            assertThat(pool.release(endpoint(3))).isTrue();
            assertThat(pool.release(endpoint(3))).isFalse();
            assertThat(pool.allocate(endpoint(99))).isNotNull();
            assertThat(pool.allocate(endpoint(3))).isNull();
        }
    }
}
