package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.Assignment;
import io.enim.DeadlineExceededException;
import io.enim.DeviceException;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.Health.Status;
import io.enim.LedgerException;
import io.enim.SandboxPool;
import io.enim.core.CrashFailPoint.CrashError;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import io.enim.provider.fake.device.DeviceFaults.Fault;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What sandboxes are made of fails, lies or hangs. */
class SandboxPoolFailureTest {
    private static final int ENIS = 3;

    @RegisterExtension
    final TestNode node = new TestNode(ENIS)
            .set(EniSetting.SANDBOXES_READY, "2")
            .set(EniSetting.GC_INTERVAL, "50ms")
            .set(EniSetting.GC_AGE, "0s");

    private static void awaitReady(EniManager manager, int count) {
        await(count + " sandboxes are ready")
                .untilAsserted(() -> assertThat(manager.sandboxes().ready())
                        .as("%s", manager.health())
                        .isEqualTo(count));
    }

    private static void awaitReason(EniManager manager, String reason) {
        await(reason)
                .until(() -> manager.health().status() == Status.DEGRADED
                        && manager.health().reasons().toString().contains(reason));
    }

    @Test
    void p19_aNodeThatKeepsNoneMakesAndLooksForNothing() {
        AtomicInteger calls = new AtomicInteger();
        Path directory = node.directory().resolve("netns");
        EniManager manager = node.set(EniSetting.SANDBOXES_READY, "0")
                .building(builder -> BuilderSeams.disk(
                        builder,
                        Overriding.methods(Disk.class, Disk.OF_THE_MACHINE, new CountingDisk(directory, calls))))
                .startWarm(ENIS);
        int atStart = calls.get();
        manager.gc();
        manager.gc();
        assertThat(calls).hasValue(atStart);
        assertThat(directory).doesNotExist();
        assertThat(manager.sandboxes().ready()).isZero();
    }

    /** Counts how often a directory is looked at. */
    public static final class CountingDisk {
        private final Path directory;
        private final AtomicInteger calls;

        CountingDisk(Path directory, AtomicInteger calls) {
            this.directory = directory;
            this.calls = calls;
        }

        public boolean exists(Path path) {
            if (path.equals(directory)) {
                calls.incrementAndGet();
            }
            return Disk.OF_THE_MACHINE.exists(path);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "createNamespace, BEFORE",
        "createNamespace, AFTER",
        "moveIn, BEFORE",
        "moveIn, AFTER",
        "configure, BEFORE",
        "configure, AFTER"
    })
    void p5_p15_p16_whatFailsOnceIsUndoneAndMadeAgain(String method, Fault fault) {
        node.devices().faults().next(method, fault);
        EniManager manager = node.start();
        awaitReady(manager, 2);
        assertThat(node.devices().faults().isScripted(method)).isFalse();
        for (String key : List.of("a", "b")) {
            Assignment sandbox = manager.sandboxes().take(key);
            Path path = sandbox.sandbox().orElseThrow().path();
            assertThat(node.locate(sandbox.eni())).isEqualTo(path);
            assertThat(manager.check(sandbox.endpoint()).differences()).isEmpty();
        }
    }

    @Test
    void p5_p16_aNamespaceThatCannotBeRemovedIsRemovedByTheNextCall() {
        EniManager manager = node.set(EniSetting.SANDBOXES_READY, "0").startWarm(ENIS);
        Assignment sandbox = manager.sandboxes().take("web");
        Path path = sandbox.sandbox().orElseThrow().path();
        node.devices().faults().next("removeNamespace", Fault.BEFORE);
        assertThatThrownBy(() -> manager.sandboxes().giveBack(sandbox.endpoint()))
                .isInstanceOf(DeviceException.class);
        assertThat(manager.sandboxes().taken()).isEmpty();
        manager.sandboxes().giveBack(sandbox.endpoint()); // or garbage collection, if that was sooner
        assertThat(path).doesNotExist();
    }

    /** The device layer goes wrong as none may, for as long as the flag says. */
    public static final class BrokenLayer {
        private final AtomicBoolean broken;
        private final NetworkDevices real;

        BrokenLayer(AtomicBoolean broken, NetworkDevices real) {
            this.broken = broken;
            this.real = real;
        }

        public void createNamespace(Path path, Duration timeout) {
            if (broken.get()) {
                throw new StackOverflowError("as the test has it");
            }
            real.createNamespace(path, timeout);
        }
    }

    @Test
    void p15_anErrorOfTheDeviceLayerIsNamedByHealthAndEndsNoRound() {
        AtomicBoolean broken = new AtomicBoolean(true);
        EniManager manager = node.aroundDevices(
                        devices -> Overriding.methods(NetworkDevices.class, devices, new BrokenLayer(broken, devices)))
                .startWarm(ENIS);
        awaitReason(manager, "only 0 sandboxes are ready: java.lang.StackOverflowError: as the test has it");
        assertThat(node.add("web").phase()).isEqualTo(Assignment.Phase.ADDED);
        broken.set(false);
        awaitReady(manager, 2);
        await().untilAsserted(
                        () -> assertThat(manager.health().reasons()).noneMatch(text -> text.contains("sandboxes")));
    }

    /** A device layer of another party, which was written before there were sandboxes. */
    public static final class OlderLayer {
        public void createNamespace(Path path, Duration timeout) {
            throw new DeviceException(
                    DeviceException.Kind.KERNEL, "create namespace", path.toString(), "this device layer makes none");
        }
    }

    @Test
    void p15_aDeviceLayerThatMakesNoNamespacesIsNamed() {
        EniManager manager = node.aroundDevices(
                        devices -> Overriding.methods(NetworkDevices.class, devices, new OlderLayer()))
                .start();
        awaitReason(manager, "this device layer makes none");
        assertThatThrownBy(() -> manager.sandboxes().take("web")).isInstanceOf(DeviceException.class);
        assertThat(manager.assignments()).isEmpty();
    }

    @Test
    void p6_p8_oneThatHangsInItsRecordDelaysNoOther() {
        HangAtStep hang = new HangAtStep(Step.SANDBOX_RECORD_KEY);
        EniManager manager = node.failPoint(hang).start();
        awaitReady(manager, 2);
        CompletableFuture<Assignment> stuck =
                CompletableFuture.supplyAsync(() -> manager.sandboxes().take("stuck"));
        await().until(hang::isEntered);
        Assignment other = manager.sandboxes().take("other");
        hang.letGo.countDown();
        assertThat(stuck.join().eni()).isNotEqualTo(other.eni());
    }

    @Test
    void p1_p16_aCallerThatLeavesInTheRecordHasGotNothing() {
        HangAtStep hang = new HangAtStep(Step.SANDBOX_RECORD_KEY);
        EniManager manager = node.failPoint(hang)
                .set(EniSetting.ADD_TIMEOUT, "500ms")
                .set(EniSetting.SANDBOXES_READY, "1")
                .startWarm(0);
        awaitReady(manager, 1);
        assertThatThrownBy(() -> manager.sandboxes().take("web")).isInstanceOf(DeadlineExceededException.class);
        hang.letGo.countDown();
        await().untilAsserted(() -> {
            assertThat(manager.sandboxes().taken()).isEmpty();
            assertThat(manager.sandboxes().ready()).isEqualTo(1);
            assertThat(manager.assignments()).hasSize(1);
        });
    }

    @ParameterizedTest
    @CsvSource({"BEFORE", "AFTER"})
    void p1_p16_aRecordThatFailsHandsNothingOut(Side side) {
        AtomicBoolean fails = new AtomicBoolean(true);
        EniManager manager = node.failPoint((step, at) -> {
                    if (step == Step.SANDBOX_RECORD_KEY && at == side && fails.getAndSet(false)) {
                        throw new LedgerException("write", Path.of("/record"), "as the test has it", null);
                    }
                })
                .start();
        awaitReady(manager, 2);
        assertThatThrownBy(() -> manager.sandboxes().take("web")).isInstanceOf(LedgerException.class);
        assertThat(manager.sandboxes().taken()).isEmpty();
        awaitReady(manager, 2);
        Assignment again = manager.sandboxes().take("web");
        Assignment other = manager.sandboxes().take("other");
        assertThat(again.eni()).isNotEqualTo(other.eni());
        assertThat(manager.sandboxes().taken()).containsExactlyInAnyOrder(again, other);
    }

    @ParameterizedTest
    @CsvSource({
        "SANDBOX_RECORD_KEY, BEFORE, 1",
        "SANDBOX_RECORD_KEY, AFTER, 1",
        "SANDBOX_CREATE, BEFORE, 0",
        "SANDBOX_CREATE, AFTER, 0",
        "ADD_RECORD_INTENT, AFTER, 0",
        "ADD_MOVE_IN, AFTER, 0",
        "ADD_RECORD_DONE, BEFORE, 0",
        "ADD_RECORD_DONE, AFTER, 0"
    })
    void p1_p3_p5_afterDeathInATakeTheKeyHasOneSandboxAndNoOtherKeyHasIt(Step step, Side side, String kept)
            throws InterruptedException {
        CrashFailPoint crash = new CrashFailPoint();
        node.set(EniSetting.SANDBOXES_READY, kept).set(EniSetting.CLOSE_TIMEOUT, "200ms");
        EniManager manager = node.failPoint(crash).startWarm(0);
        awaitReady(manager, Integer.parseInt(kept));
        node.awaitFree(manager, 1);
        crash.arm(step, side, 0);
        assertThatThrownBy(() -> manager.sandboxes().take("web")).isInstanceOfAny(CrashError.class, EniException.class);
        assertThat(crash.awaitDeath()).isTrue();
        node.close();
        EniManager again = node.failPoint(FailPoint.NONE).start();
        awaitReady(again, Integer.parseInt(kept));
        Assignment web = again.sandboxes().take("web");
        Assignment other = again.sandboxes().take("other");
        assertThat(web.eni()).isNotEqualTo(other.eni());
        again.gc();
        assertThat(again.sandboxes().taken()).containsExactlyInAnyOrder(web, other);
        for (Assignment sandbox : List.of(web, other)) {
            assertThat(node.locate(sandbox.eni()))
                    .isEqualTo(sandbox.sandbox().orElseThrow().path());
            assertThat(again.check(sandbox.endpoint()).differences()).isEmpty();
        }
    }

    @Test
    void p8_p17_aNamespaceThatIsNeverMadeKeepsNeitherCallersNorTheClose() {
        node.set(EniSetting.CLOSE_TIMEOUT, "200ms");
        node.devices().faults().next("createNamespace", Fault.HANG);
        EniManager manager = node.start();
        await().until(() -> !node.devices().faults().isScripted("createNamespace"));
        assertThat(manager.sandboxes().take("web").phase()).isEqualTo(Assignment.Phase.ADDED);
        manager.close();
        assertThatThrownBy(node::startNow).isInstanceOf(LedgerException.class).hasMessageContaining("(this one)");
        node.devices().faults().none();
        EniManager again = node.start();
        awaitReady(again, 2);
        assertThat(again.sandboxes().taken())
                .singleElement()
                .satisfies(sandbox -> assertThat(sandbox.labels()).containsEntry(SandboxPool.KEY, "web"));
    }
}
