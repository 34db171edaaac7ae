package io.enim.core.internal.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.EniMetrics;
import io.enim.core.Overriding;
import io.enim.core.internal.exec.Execution;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListenerThreadTest {
    private static final int BOUND = 10_000;

    private final AtomicInteger turns = new AtomicInteger();
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final ListenerThread thread = new ListenerThread("a listener", "test", countingTurns());

    @AfterEach
    void close() {
        letGo.countDown();
        thread.close(Execution.JDK.deadline(Duration.ofMinutes(1)));
    }

    private Execution countingTurns() {
        return Overriding.methods(Execution.class, Execution.JDK, new Object() {
            @SuppressWarnings("unused") // in place of the JDK's
            public ScheduledExecutorService scheduler(int threadCount, ThreadFactory threads) {
                ScheduledExecutorService scheduler = Execution.JDK.scheduler(threadCount, threads);
                return Overriding.methods(ScheduledExecutorService.class, scheduler, new Object() {
                    @SuppressWarnings("unused") // in place of the scheduler's
                    public Object schedule(Runnable work, long delay, TimeUnit unit) {
                        turns.incrementAndGet();
                        return scheduler.schedule(work, delay, unit);
                    }
                });
            }
        });
    }

    @Test
    void p19_callsOfAListenerThatIsBusyShareItsNextTurnInTheirOrder() {
        List<Integer> told = new CopyOnWriteArrayList<>();
        thread.tell(() -> Uninterruptibles.awaitUninterruptibly(letGo));
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            thread.tell(() -> told.add(number));
        }
        letGo.countDown();
        await().until(() -> told.size() == 1_000);
        assertThat(told).isEqualTo(IntStream.range(0, 1_000).boxed().toList());
        assertThat(turns).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void p15_p19_beyondABoundCallsAreDroppedAndCountedWhileTheListenerHangs() {
        AtomicInteger told = new AtomicInteger();
        thread.tell(() -> Uninterruptibles.awaitUninterruptibly(letGo));
        for (int i = 1; i < BOUND + 7; i++) {
            thread.tell(told::incrementAndGet);
        }
        assertThat(thread.heartbeat().standsStill()).isTrue();
        assertThat(thread.heartbeat().activity()).endsWith("; 7 calls were dropped so far");
        letGo.countDown();
        await().untilAsserted(() -> assertThat(told).hasValue(BOUND - 1));
        assertThat(thread.heartbeat().standsStill()).isFalse();
    }

    @Test
    void p15_eachMeasurementIsToldOnTheThreadOfTheListener() throws Throwable {
        Set<String> told = ConcurrentHashMap.newKeySet();
        EniMetrics metrics = new ToldMetrics(
                Overriding.handling(EniMetrics.class, (self, method, arguments) -> {
                    told.add(method.getName() + " on " + Thread.currentThread().getName());
                    return null;
                }),
                thread);
        List<Method> methods = Arrays.stream(EniMetrics.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .toList();
        for (Method method : methods) {
            Overriding.invoke(metrics, method, arguments(method));
        }
        Set<String> expected = methods.stream()
                .map(method -> method.getName() + " on enim-test")
                .collect(Collectors.toSet());
        await().untilAsserted(() -> assertThat(told).isEqualTo(expected));
    }

    private static Object[] arguments(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(type -> type == Map.class ? Map.of() : type == int.class ? (Object) 0 : null)
                .toArray();
    }
}
