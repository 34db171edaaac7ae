package io.enim.systemtests.clouds;

import static io.enim.systemtests.clouds.PoolNode.endpoint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.NoEniAvailableException;
import io.enim.core.internal.pool.EniPool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How many requests reach the cloud: the figures that {@code AwsProviderFactory} and {@code BceProviderFactory} state,
 * under default settings, counted at the wire.
 */
@Tag("slow")
class CloudCallCountTest {
    private static final Duration MOMENT = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int HOURS = Boolean.getBoolean("enim.long") ? 24 : 6;

    @TempDir
    Path state;

    private EmulatedCloud cloud;
    private PoolNode node;
    private EniPool pool;

    private void start(String provider, int warm) {
        cloud = EmulatedCloud.of(provider);
        node = new PoolNode(cloud, state);
        node.settings.set(EniSetting.POOL_WARM, warm);
        pool = node.start();
    }

    @AfterEach
    void end() {
        pool.close();
        cloud.close();
    }

    private List<String> requestsSince(int before) {
        return cloud.requests().subList(before, node.requests());
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "bce"})
    void p11_fromAWarmPoolAddAndDelMakeNoRequest(String provider) {
        start(provider, 3);
        awaitReady(3);
        int before = node.requests();

        for (int i = 1; i <= 3; i++) {
            pool.allocateNextEni(endpoint(i));
            pool.allocateNextEni(endpoint(i));
        }
        for (int i = 1; i <= 3; i++) {
            pool.deallocateEni(endpoint(i));
        }

        assertThat(requestsSince(before)).isEmpty();
    }

    /** The cloud shows a new ENI within 3 s and attaches it within 2 s. */
    @ParameterizedTest
    @CsvSource({"aws, 14", "bce, 28"})
    void anAddOnAnEmptyPoolMakesABoundedNumberOfRequests(String provider, int most) {
        start(provider, 0);
        node.pass(Duration.ofMinutes(1));
        int before = node.requests();

        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1))).isInstanceOf(NoEniAvailableException.class);
        awaitReady(1);
        pool.allocateNextEni(endpoint(1));

        assertThat(requestsSince(before)).hasSizeBetween(4, most);
    }

    @ParameterizedTest
    @CsvSource({"aws, 25", "bce, 38"})
    void anIdleNodeMakesABoundedNumberOfRequestsAnHourAndChangesNothing(String provider, int most) {
        start(provider, 2);
        awaitReady(2);
        pool.allocateNextEni(endpoint(1));
        awaitReady(2);
        node.pass(Duration.ofMinutes(10));
        int before = node.requests();

        node.pass(Duration.ofHours(HOURS));

        assertThat(requestsSince(before))
                .hasSizeBetween(HOURS, HOURS * most)
                .allMatch(request -> request.startsWith("Describe") || request.startsWith("GET "));
    }

    private void awaitReady(int enis) {
        for (Duration waited = Duration.ZERO;
                pool.counts().getOrDefault(EniState.READY, 0) < enis;
                waited = waited.plus(MOMENT)) {
            assertThat(waited).as("%d of %d ready", enis, pool.counts().size()).isLessThan(PATIENCE);
            node.pass(MOMENT);
        }
    }
}
