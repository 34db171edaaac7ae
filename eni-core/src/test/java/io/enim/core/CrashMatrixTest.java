package io.enim.core;

import static io.enim.core.TestNode.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.SandboxPool;
import io.enim.core.CrashFailPoint.CrashError;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import io.enim.provider.fake.device.DeviceFaults.Fault;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Death at every point: the process ends before or after a step, another one starts on what is left, and within two rounds
 * of garbage collection every ENI is owned, ready or in cooldown, and every device is where it belongs.
 *
 * <p>Death is an error that nothing catches at the point, and at every point that any thread reaches afterwards; cloud,
 * devices and disk keep what they have. A step that no scenario reaches fails its test, so none is added uncovered.
 */
@Tag("slow")
class CrashMatrixTest {
    private static final Path HOST = Path.of("/");
    private static final int ENIS = 3;
    /** The pool's steps are killed at in its own tests, in simulated time; here only in the long run. */
    private static final boolean WHOLE = Boolean.getBoolean("enim.crashMatrix");

    @RegisterExtension
    final TestNode node = new TestNode(ENIS)
            .set(EniSetting.CLOSE_TIMEOUT, "200ms")
            .set(EniSetting.GC_AGE, "0s")
            .set(EniSetting.POOL_COOLDOWN, "10ms");

    private final CrashFailPoint crashFailPoint = new CrashFailPoint();

    static Stream<Arguments> points() {
        return Arrays.stream(Step.values())
                .filter(step -> WHOLE || !step.name().startsWith("POOL_"))
                .flatMap(step -> Arrays.stream(Side.values()).map(side -> Arguments.of(step, side)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("points")
    void p5_deathAtEveryPointLeavesNothingLost(Step step, Side side) throws InterruptedException {
        act(step, () -> crashFailPoint.arm(step, side, 0));
        assertThat(crashFailPoint.awaitDeath())
                .as("a scenario reaches " + step + " " + side + "; a new step needs one")
                .isTrue();
        node.close();
        node.devices().faults().none();
        node.failPoint(FailPoint.NONE)
                .set(EniSetting.SANDBOXES_READY, "0")
                .set(EniSetting.POOL_MIN, Integer.toString(ENIS))
                .set(EniSetting.POOL_WARM, Integer.toString(ENIS))
                .set(EniSetting.POOL_IDLE, "10m");
        EniManager again = node.start();
        Awaitility.await("the cloud is heard")
                .ignoreExceptionsInstanceOf(EniException.class)
                .until(() -> again.enis() != null);
        again.gc();
        again.gc();
        assertNothingIsLost(again);
    }

    static Stream<Arguments> addPoints() {
        return points().filter(point -> ((Step) point.get()[0]).name().startsWith("ADD_"))
                .filter(point -> point.get()[0] != Step.ADD_CLAIM);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("addPoints")
    void p5_p16_deathInARepeatedAddLeavesWhatTheEarlierOneGot(Step step, Side side) {
        EniManager manager = node.failPoint(crashFailPoint).startWarm(ENIS);
        Assignment earlier = manager.add("default", "web");
        AddRequest request = AddRequest.forEndpoint(earlier.endpoint())
                .netns(node.sandbox("web"))
                .build();
        crashFailPoint.arm(step, side, 0);
        dying(() -> manager.add(request));
        assertThat(crashFailPoint.isDead()).isTrue();
        node.close();
        EniManager again = node.failPoint(FailPoint.NONE).startWarm(ENIS - 1);
        again.gc();
        boolean isDone = step == Step.ADD_RECORD_DONE && side == Side.AFTER;
        if (isDone) {
            assertThat(again.check(request.endpoint()).differences()).isEmpty();
        } else {
            assertThat(again.assignments()).containsExactly(earlier);
        }
        assertThat(node.locate(earlier.eni()).equals(HOST)).isEqualTo(!isDone);
        assertThat(again.add(request).eni().id()).isEqualTo(earlier.eni().id());
        assertThat(again.check(request.endpoint()).differences()).isEmpty();
    }

    private void act(Step step, Runnable arm) {
        switch (step) {
            case POOL_RECORD_RETIRE, POOL_DETACH, POOL_DELETE -> {
                node.startWarm(ENIS);
                node.close();
                arm.run();
                node.failPoint(crashFailPoint)
                        .set(EniSetting.POOL_MIN, "0")
                        .set(EniSetting.POOL_WARM, "0")
                        .set(EniSetting.POOL_IDLE, "0s")
                        .start();
            }
            case SANDBOX_CREATE, SANDBOX_RECORD_KEY, SANDBOX_REMOVE -> {
                node.set(EniSetting.SANDBOXES_READY, "1");
                EniManager manager = node.failPoint(crashFailPoint).startWarm(ENIS - 1);
                Awaitility.await("one is ready").until(() -> manager.sandboxes().ready() == 1);
                Assignment taken = manager.sandboxes().take("before");
                Awaitility.await("one is ready").until(() -> manager.sandboxes().ready() == 1);
                arm.run();
                dying(() -> manager.sandboxes().take("web"));
                dying(() -> manager.sandboxes().giveBack(taken.endpoint()));
            }
            case RECORD_BASELINE -> {
                arm.run();
                EniManager manager = node.failPoint(crashFailPoint).start();
                collectUntilDead(manager);
            }
            case FORGET_BASELINE -> {
                EniManager manager = node.startWarm(ENIS);
                manager.gc();
                String gone = manager.enis().get(0).id();
                node.close();
                node.deleteAtTheCloud(gone);
                arm.run();
                collectUntilDead(node.failPoint(crashFailPoint).start());
            }
            default -> {
                if (step.name().startsWith("POOL_")) {
                    arm.run();
                    node.failPoint(crashFailPoint).start();
                } else {
                    actInAnOperation(step, arm);
                }
            }
        }
    }

    private void actInAnOperation(Step step, Runnable arm) {
        EniManager manager = node.failPoint(crashFailPoint).startWarm(ENIS);
        Assignment a = node.add("a");
        prepare(manager, step);
        arm.run();
        dying(() -> node.add("b"));
        dying(() -> manager.del(a.endpoint()));
        dying(manager::gc);
    }

    private void collectUntilDead(EniManager manager) {
        Awaitility.await("a round passes the point").until(() -> {
            dying(manager::gc);
            return crashFailPoint.isDead();
        });
    }

    private void prepare(EniManager manager, Step step) {
        if (step == Step.RECORD_QUARANTINE) {
            node.devices().faults().next("returnToHost", Fault.BEFORE);
        }
        if (step == Step.GC_REPAIR_DEVICE) {
            manager.gc();
            node.enis(EniState.READY).forEach(eni -> node.tenant(eni, device -> device.alias = "left behind"));
        }
        if (step == Step.GC_RELEASE_UNOWNED) {
            // A claim whose record was never written, as a crash leaves it at a provider that remembers by itself.
            node.claimUnrecorded(endpoint("unrecorded"));
        }
    }

    /** Runs what is to die; an error is what is expected, and the assertions come after the restart. */
    private static void dying(Runnable operation) {
        try {
            operation.run();
        } catch (CrashError | EniException e) {
            assertThat(e).isNotNull();
        }
    }

    private void assertNothingIsLost(EniManager manager) {
        Awaitility.await("no sandbox is untaken, and each namespace is that of one")
                .untilAsserted(() -> {
                    assertThat(manager.assignments())
                            .filteredOn(held -> held.endpoint().namespace().equals(SandboxPool.NAMESPACE))
                            .noneMatch(SandboxPoolTest::isUntaken);
                    assertThat(Stream.ofNullable(node.directory()
                                            .resolve("netns")
                                            .toFile()
                                            .listFiles())
                                    .flatMap(Stream::of)
                                    .map(File::toPath))
                            .containsExactlyInAnyOrderElementsOf(manager.sandboxes().taken().stream()
                                    .map(taken -> taken.sandbox().orElseThrow().path())
                                    .toList());
                });
        Awaitility.await("every ENI is owned or ready")
                .ignoreExceptionsInstanceOf(EniException.class)
                .untilAsserted(() -> {
                    List<Eni> enis = manager.enis();
                    assertThat(enis).hasSize(ENIS);
                    assertThat(enis).allMatch(eni -> eni.state() == EniState.READY || eni.state() == EniState.IN_USE);
                });
        assertThat(manager.assignments()).allMatch(assignment -> assignment.phase() == Phase.ADDED);
        assertThat(manager.assignments())
                .as("P1: no ENI has two owners")
                .extracting(assignment -> assignment.eni().id())
                .doesNotHaveDuplicates();
        for (Eni eni : manager.enis()) {
            Path expected = manager.assignments().stream()
                    .filter(assignment -> assignment.eni().id().equals(eni.id()))
                    .map(assignment -> assignment.sandbox().orElseThrow().path())
                    .findFirst()
                    .orElse(HOST);
            assertThat(node.locate(eni))
                    .as("where the device of " + eni + " is")
                    .isEqualTo(expected);
            assertThat(eni.holder().isPresent()).isEqualTo(!expected.equals(HOST));
        }
        for (Assignment assignment : manager.assignments()) {
            assertThat(manager.check(assignment.endpoint()).differences()).isEmpty();
            manager.del(assignment.endpoint());
        }
        node.awaitFree(manager, ENIS);
        assertThat(node.model().enis())
                .as("P12: nothing is left in the cloud beside the pool")
                .hasSize(ENIS);
    }
}
