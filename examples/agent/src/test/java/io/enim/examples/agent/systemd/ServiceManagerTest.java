package io.enim.examples.agent.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceManagerTest {
    /** Microseconds: a turn each millisecond. */
    private static final String WATCHDOG = "2000";

    private static final String ALIVE = "WATCHDOG=1";

    @TempDir
    Path directory;

    /** An agent that answers each question when the test says what. */
    private static final class AskedAgent implements Supervised {
        private final BlockingQueue<List<String>> answers = new SynchronousQueue<>();
        private final BlockingQueue<String> states = new LinkedBlockingQueue<>(List.of("HEALTHY"));
        private final AtomicInteger questions = new AtomicInteger();

        @Override
        public List<String> standingStill() {
            questions.incrementAndGet();
            try {
                return answers.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return List.of("the test has ended");
            }
        }

        @Override
        public String status() {
            String next = states.poll();
            return next == null ? "as before" : next;
        }

        /** Returns when the turn of this answer is over: the next question was asked. */
        void answer(String... standingStill) throws InterruptedException {
            await().until(() -> questions.get() > 0);
            int asked = questions.get();
            assertThat(answers.offer(List.of(standingStill), 1, TimeUnit.MINUTES))
                    .isTrue();
            await().until(() -> questions.get() > asked);
        }
    }

    private static final class HealthyAgent implements Supervised {
        @Override
        public List<String> standingStill() {
            return List.of();
        }

        @Override
        public String status() {
            return "HEALTHY";
        }
    }

    private String path() {
        return directory.resolve("notify").toString();
    }

    private static List<String> arrived(NotifyReceiver systemd) {
        return Stream.generate(systemd::poll)
                .takeWhile(Optional::isPresent)
                .flatMap(Optional::stream)
                .toList();
    }

    private static ServiceManager manager(String address) {
        return ServiceManager.of(Map.of("NOTIFY_SOCKET", address, "WATCHDOG_USEC", WATCHDOG))
                .orElseThrow();
    }

    private static void tellsItsLife(String address) throws Exception {
        try (NotifyReceiver systemd = new NotifyReceiver(address)) {
            ServiceManager manager = manager(address);
            assertThat(arrived(systemd)).as("before it is ready").isEmpty();
            AskedAgent agent = new AskedAgent();
            manager.ready(agent);
            agent.answer();
            assertThat(arrived(systemd)).containsExactly("READY=1", ALIVE, "STATUS=HEALTHY");
            manager.stopping();
            manager.stopping();
            assertThat(arrived(systemd)).containsExactly("STOPPING=1\nSTATUS=stopping; waiting for running requests");
            manager.ready(agent);
            assertThat(arrived(systemd)).as("once it stops").isEmpty();
        }
    }

    @Test
    void itIsToldToASocketWithAPath() throws Exception {
        tellsItsLife(path());
    }

    @Test
    void itIsToldToASocketWithAnAbstractName() throws Exception {
        tellsItsLife("@enim-" + ProcessHandle.current().pid() + "-" + directory.getFileName());
    }

    @Test
    void p15_noSignOfLifeIsSentWhileAPartStandsStill() throws Exception {
        try (NotifyReceiver systemd = new NotifyReceiver(path())) {
            ServiceManager manager = manager(path());
            AskedAgent agent = new AskedAgent();
            manager.ready(agent);
            agent.answer();
            assertThat(arrived(systemd)).contains(ALIVE);
            for (int i = 0; i < 5; i++) {
                agent.answer("the loop stands still");
            }
            assertThat(arrived(systemd)).as("its status is told all the same").containsExactly("STATUS=as before");
            agent.answer();
            assertThat(arrived(systemd)).as("it goes on").containsExactly(ALIVE);
            manager.stopping();
        }
    }

    @Test
    void p15_anErrorInOneTurnDoesNotEndTheSignsOfLife() {
        try (NotifyReceiver systemd = new NotifyReceiver(path())) {
            ServiceManager manager = manager(path());
            AtomicInteger turns = new AtomicInteger();
            manager.ready(new Supervised() {
                @Override
                public List<String> standingStill() {
                    if (turns.incrementAndGet() == 1) {
                        throw new StackOverflowError("seeded");
                    }
                    return List.of();
                }

                @Override
                public String status() {
                    return "a status\nof two lines";
                }
            });
            List<String> all = new ArrayList<>();
            await().until(() -> {
                all.addAll(arrived(systemd));
                return all.contains(ALIVE);
            });
            await().until(() -> {
                all.addAll(arrived(systemd));
                return all.contains("STATUS=a status of two lines");
            });
            manager.stopping();
        }
    }

    @Test
    void withoutAWatchdogOfItsOwnNoSignOfLifeIsSent() throws Exception {
        for (Map<String, String> watchdog : List.of(
                Map.<String, String>of(),
                Map.of("WATCHDOG_USEC", "0"),
                Map.of("WATCHDOG_USEC", "soon"),
                Map.of("WATCHDOG_USEC", WATCHDOG, "WATCHDOG_PID", "1"))) {
            String address = path() + watchdog.hashCode();
            try (NotifyReceiver systemd = new NotifyReceiver(address)) {
                Map<String, String> environment = new HashMap<>(watchdog);
                environment.put("NOTIFY_SOCKET", address);
                ServiceManager manager = ServiceManager.of(environment).orElseThrow();
                List<String> all = new ArrayList<>();
                manager.ready(new HealthyAgent());
                await().until(() -> {
                    all.addAll(arrived(systemd));
                    return all.contains("STATUS=HEALTHY");
                });
                assertThat(all).containsExactly("READY=1", "STATUS=HEALTHY");
                manager.stopping();
            }
        }
    }

    @Test
    void withoutASocketThereIsNoServiceManagerAndWithABadAddressNeither() {
        assertThat(ServiceManager.of(Map.of())).isEmpty();
        for (String address : List.of("", "relative", "/", "@", "/" + "x".repeat(200))) {
            assertThat(ServiceManager.of(Map.of("NOTIFY_SOCKET", address)))
                    .as(address)
                    .isEmpty();
        }
    }

    @Test
    void aSocketThatIsGonePreventsNothing() throws Exception {
        ServiceManager manager = manager(path());
        AskedAgent agent = new AskedAgent();
        manager.ready(agent);
        agent.answer();
        agent.answer();
        manager.stopping();
    }
}
