package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.Health.Status;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The first seconds of a manager, as its application sees them. */
@Timeout(180)
class ReadinessTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration MOMENT = Duration.ofMillis(1);

    @RegisterExtension
    final TestNode node = new TestNode(2);

    private final AtomicBoolean isDown = new AtomicBoolean(true);

    /** A node whose cloud cannot be asked while it is down. */
    private EniManager startWithoutCloud() {
        return node.aroundCloud(cloud -> Overriding.handling(EniCloud.class, (self, method, arguments) -> {
                    if (method.getName().equals("describe") && isDown.get()) {
                        throw new RetryableProviderException(Refusal.UNAVAILABLE, "", "describe: connection refused");
                    }
                    return method.invoke(cloud, arguments);
                }))
                .start();
    }

    @Test
    void p20_anAddSucceedsAsSoonAsTheNodeIsReady() {
        EniManager manager = node.start();
        manager.awaitReady(LONG);
        assertThat(manager.isReady()).isTrue();
        assertThat(node.add("web").endpoint().name()).isEqualTo("web");
    }

    @Test
    void p20_aNodeWhoseCloudHasNotListedItsEnisIsNotReadyAndSaysWhy() {
        EniManager manager = startWithoutCloud();
        await().until(() -> String.join("; ", manager.health().reasons()).contains("connection refused"));
        assertThat(manager.isReady()).isFalse();
        assertThatExceptionOfType(DeadlineExceededException.class)
                .isThrownBy(() -> manager.awaitReady(MOMENT))
                .withMessageContaining("wait until the node is ready")
                .withMessageContaining("connection refused")
                .returns(MOMENT, DeadlineExceededException::timeout);
        assertThatExceptionOfType(NoEniAvailableException.class)
                .isThrownBy(() -> manager.add("default", "web"))
                .withMessageContaining("no successful cloud describe since startup")
                .withMessageContaining("connection refused")
                .withMessageNotContaining("no ENI at all")
                .withMessageNotContaining("delete endpoints");
        isDown.set(false);
        manager.awaitReady(LONG);
        assertThat(manager.add("default", "web").eni().id()).isNotEmpty();
    }

    @Test
    void p20_aFullNodeIsReady() {
        node.startWarm(2);
        node.add("a");
        node.add("b");
        node.close();
        EniManager next = node.start();
        next.awaitReady(LONG);
        assertThat(next.assignments()).hasSize(2);
    }

    @Test
    void p20_aNodeThatKeepsNoneFreeIsReadyOnceItCanMakeOne() {
        node.set(EniSetting.POOL_MIN, "0").set(EniSetting.POOL_WARM, "0");
        EniManager manager = startWithoutCloud();
        assertThat(manager.isReady()).isFalse();
        isDown.set(false);
        manager.awaitReady(LONG);
        assertThat(manager.enis()).isEmpty();
        AddRequest web = node.request("web").whenEmpty(WhenEmpty.WAIT).build();
        assertThat(manager.add(web).endpoint()).isEqualTo(web.endpoint());
    }

    @Test
    void p20_whatDoesNotConcernTheNextAddKeepsNoNodeFromBeingReady() {
        node.attach(node.foreignEni());
        EniManager manager = node.set(EniSetting.POOL_MIN, "0")
                .set(EniSetting.POOL_WARM, "1")
                .start();
        manager.awaitReady(LONG);
        assertThat(manager.health().status()).isEqualTo(Status.DEGRADED);
        assertThat(manager.health().reasons()).anyMatch(reason -> reason.contains("another node"));
    }

    @Test
    void p15_aProviderWithoutAPoolIsReadyOnceItListsItsEnis() {
        EniManager manager = node.aroundProvider(pool ->
                        Overriding.handling(EniProvider.class, (self, method, arguments) -> {
                            if (method.getName().equals("list") && isDown.get()) {
                                throw new RetryableProviderException(Refusal.UNAVAILABLE, "", "list: not yet");
                            }
                            return method.invoke(pool, arguments);
                        }))
                .start();
        assertThat(manager.isReady()).isFalse();
        isDown.set(false);
        manager.awaitReady(LONG);
    }

    @Test
    void p8_aWaitEndsWhenTheManagerCloses() {
        EniManager manager = startWithoutCloud();
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> manager.awaitReady(LONG));
        manager.close();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(waiting::join)
                .withCauseInstanceOf(ClosedException.class);
    }

    @Test
    void p8_aWaitEndsWhenItsCallerIsInterrupted() {
        EniManager manager = startWithoutCloud();
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(DeadlineExceededException.class)
                    .isThrownBy(() -> manager.awaitReady(LONG))
                    .withMessageContaining("interrupted");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
