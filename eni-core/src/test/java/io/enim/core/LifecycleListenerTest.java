package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.Assignment;
import io.enim.DeviceException;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.Health;
import io.enim.Health.Status;
import io.enim.LifecycleListener;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import io.enim.provider.fake.device.DeviceFaults.Fault;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LifecycleListenerTest {
    @RegisterExtension
    final TestNode node = new TestNode(2);

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final AtomicBoolean fails = new AtomicBoolean();

    /** Notes each event by its kind and what it is about. */
    private final class Notes implements LifecycleListener {
        @Override
        public void assigned(Assignment assignment) {
            events.add("assigned " + assignment.endpoint().name());
        }

        @Override
        public void released(Assignment assignment) {
            events.add("released " + assignment.endpoint().name());
        }

        @Override
        public void quarantined(Assignment assignment) {
            events.add("quarantined " + assignment.endpoint().name());
            assertThat(assignment.reason()).isNotEmpty();
        }
    }

    @AfterEach
    void letGo() {
        letGo.countDown();
    }

    private EniManager startWarm(LifecycleListener listener) {
        return node.listener(listener)
                .failPoint((step, side) -> {
                    if (fails.get() && step == Step.DEL_RETURN_TO_HOST && side == Side.BEFORE) {
                        throw new DeviceException(DeviceException.Kind.KERNEL, "return", "a device", "scripted");
                    }
                })
                .startWarm(2);
    }

    @Test
    void whatHappensToAnEndpointIsToldInOrderAndOnce() {
        EniManager manager = startWarm(new Notes());
        Assignment web = node.add("web");
        manager.add(TestNode.request("web", web.sandbox().orElseThrow().path()));
        fails.set(true);
        manager.del(web.endpoint());
        manager.gc();
        fails.set(false);
        manager.gc();
        manager.del(web.endpoint());
        node.add("web-2");
        manager.close();
        assertThat(events).containsExactly("assigned web", "quarantined web", "released web", "assigned web-2");
    }

    @Test
    void p16_anAddThatFailsIsNotTold() {
        EniManager manager = startWarm(new Notes());
        node.devices().faults().next("configure", Fault.BEFORE);
        assertThatThrownBy(() -> node.add("web")).isInstanceOf(DeviceException.class);
        node.awaitFree(manager, 2);
        manager.close();
        assertThat(events).isEmpty();
    }

    @Test
    void theNextManagerTellsOfWhatItFindsWhenThatEnds() {
        Assignment web = startWarm(new Notes()).add(node.request("web").build());
        node.close();
        events.clear();
        EniManager next = node.start();
        next.del(web.endpoint());
        next.close();
        assertThat(events).containsExactly("released web");
    }

    @Test
    void p15_whatAListenerThrowsChangesNoOutcomeAndItIsToldOn() {
        EniManager manager = startWarm(new LifecycleListener() {
            @Override
            public void assigned(Assignment assignment) {
                events.add("assigned");
                throw new LinkageError("scripted");
            }

            @Override
            public void released(Assignment assignment) {
                events.add("released");
                throw new IllegalStateException("scripted");
            }
        });
        Assignment web = node.add("web");
        manager.del(web.endpoint());
        assertThat(manager.assignments()).isEmpty();
        node.awaitFree(manager, 2);
        await().until(() -> events.equals(List.of("assigned", "released")));
    }

    @Test
    void p15_aListenerThatHangsDelaysNothingIsNamedAndKeepsNoDirectoryLocked() {
        EniManager manager = node.set(EniSetting.CLOSE_TIMEOUT, "100ms")
                .listener(new LifecycleListener() {
                    @Override
                    public void assigned(Assignment assignment) {
                        Uninterruptibles.awaitUninterruptibly(letGo);
                    }
                })
                .startWarm(2);
        Assignment web = node.add("web");
        manager.del(web.endpoint());
        node.awaitFree(manager, 2);
        await().until(() -> manager.heartbeats().stream()
                .anyMatch(beat -> beat.name().equals("the lifecycle listener")
                        && beat.activity().equals("calls the application's listener")));
        manager.close();
        assertThat(node.startNow().assignments()).isEmpty();
    }

    @Test
    void aChangeOfHealthIsTold() {
        List<Status> before = new CopyOnWriteArrayList<>();
        List<Health> seen = new CopyOnWriteArrayList<>();
        EniManager manager = node.listener(new LifecycleListener() {
                    @Override
                    public void healthChanged(Health old, Health now) {
                        before.add(old.status());
                        seen.add(now);
                    }
                })
                .startWarm(2);
        await().until(() -> seen.isEmpty() || latest(seen).status() == Status.HEALTHY);
        node.devices().standStill("notifications fail");
        await().until(() -> !seen.isEmpty() && latest(seen).status() == Status.DEGRADED);
        assertThat(latest(seen).reasons()).isEqualTo(manager.health().reasons());
        assertThat(latest(before)).isEqualTo(Status.HEALTHY);
        node.devices().standStill();
        await().until(() -> latest(seen).status() == Status.HEALTHY);
        assertThat(latest(before)).isEqualTo(Status.DEGRADED);
    }

    private static <T> T latest(List<T> list) {
        return list.get(list.size() - 1);
    }
}
