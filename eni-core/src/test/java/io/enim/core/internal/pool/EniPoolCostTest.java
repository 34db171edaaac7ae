package io.enim.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.enim.EniSetting;
import io.enim.EniState;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an operation costs, counted in bytes that the thread allocates: unlike time, the same in each run. */
final class EniPoolCostTest extends PoolFixture {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int REPEATS = 200;

    private EniPool startWith(int enis) {
        state = state.resolve(Integer.toString(enis));
        with(EniSetting.POOL_MAX, 2000).with(EniSetting.POOL_WARM, 0).with(EniSetting.POOL_MIN, 2000);
        cloud.toldLimit = enis;
        for (int i = 0; i < enis; i++) {
            cloud.addAttached("eni-" + i, Optional.of(TestCloud.OURS));
        }
        EniPool pool = start();
        passSeconds(5);
        assertThat(count(pool, EniState.READY)).isEqualTo(enis);
        return pool;
    }

    private static long bytesOf(Runnable operation) {
        operation.run();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < REPEATS; i++) {
            operation.run();
        }
        return (THREADS.getCurrentThreadAllocatedBytes() - before) / REPEATS;
    }

    private long addAndDel(EniPool pool) {
        return bytesOf(() -> {
            pool.allocateNextEni(endpoint(1));
            scheduler.runDue();
            pool.deallocateEni(endpoint(1));
            scheduler.runDue();
        });
    }

    private long refusal(EniPool pool) {
        for (int n = count(pool, EniState.READY); n > 0; n--) {
            pool.allocateNextEni(endpoint(n));
        }
        return bytesOf(() -> {
            assertNoneIsFree(pool, endpoint(5000));
            scheduler.runDue();
        });
    }

    private static EniPoolCostTest node(EniPoolCostTest test) {
        EniPoolCostTest other = new EniPoolCostTest();
        other.state = test.state;
        other.with(EniSetting.POOL_COOLDOWN, Duration.ZERO);
        return other;
    }

    @Test
    void p19_addAndDelCostTheSameWithTenEnisAndWithAThousand() {
        EniPoolCostTest small = node(this);
        EniPoolCostTest large = node(this);
        long few = small.addAndDel(small.startWith(10));
        long many = large.addAndDel(large.startWith(1000));
        assertThat(many).isLessThan(few + few / 5);
    }

    @Test
    void p19_aRefusalCostsTheSameWithTenEnisAndWithAThousand() {
        EniPoolCostTest small = node(this);
        EniPoolCostTest large = node(this);
        long few = small.refusal(small.startWith(10));
        long many = large.refusal(large.startWith(1000));
        assertThat(many).isLessThan(few + few / 5);
    }
}
