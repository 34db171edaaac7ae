package io.enim.core.internal.manager;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniState;
import io.enim.FatalProviderException;
import io.enim.MacAddress;
import io.enim.core.TestNode;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.TimedCalls;
import io.enim.provider.EniProvider;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ProviderListingTest {
    private static final Eni ENI = new Eni(
            "eni-1",
            MacAddress.parse("02:00:00:00:00:01"),
            Optional.of(EniAddress.parse("10.0.0.1", "10.0.0.0/16", "10.0.255.254")),
            Optional.empty(),
            "subnet-1",
            1,
            EniState.READY,
            Optional.empty(),
            "");

    @RegisterExtension
    final TestNode node = new TestNode(1);

    private final CountDownLatch answer = new CountDownLatch(1);
    private final BoundedProviderCalls calls =
            new BoundedProviderCalls(Execution.JDK, Duration.ofHours(1), Thread::new);
    private final ProviderListing listing = new ProviderListing(new Provider(), calls);
    private volatile List<Eni> enis = List.of(ENI);
    private volatile boolean hangs;

    private final class Provider implements EniProvider {
        @Override
        public List<Eni> list() {
            if (hangs) {
                Uninterruptibles.awaitUninterruptibly(answer);
            }
            return enis;
        }

        @Override
        public Eni allocateNextEni(Endpoint endpoint) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void deallocateEni(Endpoint endpoint) {}

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        answer.countDown();
        calls.close();
    }

    @Test
    void p8_whoOnlyLooksDoesNotWaitForAProviderThatHangs() {
        assertThat(listing.latest()).containsExactly(ENI);
        hangs = true;
        assertThat(listing.latest()).containsExactly(ENI);
    }

    @Test
    void p8_aProviderThatNeverAnsweredIsAnError() {
        hangs = true;
        assertThatThrownBy(listing::latest).isInstanceOf(DeadlineExceededException.class);
    }

    /** The threads for providers are all gone here. */
    @Test
    void enimsOwnPoolIsListedWithoutAThreadOfItsOwn() {
        AtomicReference<@Nullable EniProvider> made = new AtomicReference<>();
        node.aroundProvider(pool -> {
                    made.set(pool);
                    return pool;
                })
                .startWarm(1);
        EniProvider pool = requireNonNull(made.get());
        ScheduledExecutorService timers = Execution.JDK.scheduler(1, Thread::new);
        calls.close();
        try (TimedCalls timed = new TimedCalls(Execution.JDK, timers, Duration.ofHours(1))) {
            EniProvider provider = new TimedProvider(ForeignPart.provider(pool), timed);
            assertThat(new ProviderListing(provider, calls).now()).hasSize(1);
        } finally {
            timers.shutdown();
        }
    }

    @Test
    void p15_aListWithANullIsABrokenContractAndNoOtherError() {
        enis = Arrays.asList(ENI, null);
        assertThatThrownBy(listing::now)
                .isInstanceOf(FatalProviderException.class)
                .hasMessageContaining("broke its contract");
    }
}
