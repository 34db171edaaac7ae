package io.enim.core.internal.allocator;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.core.internal.allocator.AllocatorCall.Verb;
import java.util.List;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Lincheck on every method of the allocator. Model checking enumerates interleavings under sequential consistency, and
 * rejects a method that waits for a stalled thread; stress runs real threads.
 *
 * <p>In the chosen scenarios, other threads once saw the half-finished operation of a stalled thread.
 */
class EniAllocatorLincheckTest {
    private static final boolean LONG = Boolean.getBoolean("enim.long");
    /** A seeded bug ends its run as soon as it is caught. */
    private static final int UNTIL_CAUGHT = 5_000;

    /** The allocator with two stacks, so that scenarios are short. */
    public static final class Sound extends AllocatorScenario {
        public Sound() {
            super(new AllocatorDriver(
                    new EniAllocator<>(new FreeStacks<>(
                            2, () -> (int) Thread.currentThread().getId())),
                    FREE));
        }
    }

    /** See {@link FlawedAllocators.EndsBeforeThePush}. */
    public static final class EndsBeforeThePush extends AllocatorScenario {
        public EndsBeforeThePush() {
            super(new FlawedAllocators.EndsBeforeThePush(FREE));
        }
    }

    /** See {@link FlawedAllocators.ReadsASnapshotOnce}. */
    public static final class ReadsASnapshotOnce extends AllocatorScenario {
        public ReadsASnapshotOnce() {
            super(new FlawedAllocators.ReadsASnapshotOnce(FREE));
        }
    }

    /** See {@link FlawedAllocators.Spins}. */
    public static final class Spins extends AllocatorScenario {
        public Spins() {
            super(new FlawedAllocators.Spins(FREE));
        }
    }

    private static final ExecutionScenario GRANT_BESIDE_RELEASE =
            scenario(List.of(), List.of(allocate(0)), List.of(release(0)), List.of(AllocatorCall.of(Verb.LEASE, 0)));
    private static final ExecutionScenario TWO_QUARANTINES = scenario(
            List.of(allocate(0)),
            List.of(AllocatorCall.of(Verb.QUARANTINE, 0)),
            List.of(AllocatorCall.of(Verb.QUARANTINE, 0)),
            List.of(AllocatorCall.of(Verb.LEASE, 0)));
    private static final ExecutionScenario HALF_ADDED = scenario(
            List.of(allocate(0)),
            List.of(AllocatorCall.of(Verb.ADD, 1)),
            List.of(AllocatorCall.of(Verb.ADD, 1), allocate(1)),
            List.of());
    private static final ExecutionScenario HALF_REUSED = scenario(
            List.of(allocate(0), AllocatorCall.of(Verb.RELEASE_TO_COOLDOWN, 0)),
            List.of(AllocatorCall.of(Verb.REUSE, 0)),
            List.of(AllocatorCall.of(Verb.REUSE, 0), allocate(1)),
            List.of());
    private static final ExecutionScenario HALF_RETIRED = scenario(
            List.of(),
            List.of(AllocatorCall.of(Verb.RETIRE, 0)),
            List.of(AllocatorCall.of(Verb.RETIRE, 0), AllocatorCall.of(Verb.ADD, 0)),
            List.of());
    private static final ExecutionScenario HALF_ADOPTED = scenario(
            List.of(allocate(0)),
            List.of(new AllocatorCall(Verb.ADOPT, 1, 0)),
            List.of(AllocatorCall.of(Verb.STATUS, 1), AllocatorCall.of(Verb.ADD, 1)),
            List.of());
    private static final ExecutionScenario ADOPTED_BESIDE_ALLOCATED = scenario(
            List.of(allocate(0)),
            List.of(new AllocatorCall(Verb.ADOPT, 1, 1)),
            List.of(allocate(1), AllocatorCall.of(Verb.STATUS, 1)),
            List.of(AllocatorCall.of(Verb.LEASE, 1)));
    private static final ExecutionScenario HALF_RELEASED = scenario(
            List.of(allocate(0)),
            List.of(release(0)),
            List.of(AllocatorCall.of(Verb.LEASE, 0), allocate(1)),
            List.of());
    private static final ExecutionScenario NEXT_LEASE_ENDS_IN_RELEASE = scenario(
            List.of(allocate(0)),
            List.of(release(0)),
            List.of(allocate(1), release(1)),
            List.of(AllocatorCall.of(Verb.STATUS, 0)));
    private static final ExecutionScenario SNAPSHOT_OF_A_CHANGE_OF_ENIS = scenario(
            List.of(AllocatorCall.of(Verb.ADD, 1), allocate(0)),
            List.of(AllocatorCall.of(Verb.SNAPSHOT, 0)),
            List.of(allocate(1), release(0)),
            List.of());
    private static final ExecutionScenario ONE_ENI_FOR_TWO =
            scenario(List.of(), List.of(allocate(0), release(0)), List.of(allocate(1), release(1)), List.of());

    private static ExecutionScenario scenario(
            List<AllocatorCall> before, List<AllocatorCall> one, List<AllocatorCall> other, List<AllocatorCall> after) {
        return AllocatorScenario.scenario(before, List.of(one, other), after);
    }

    private static AllocatorCall allocate(int key) {
        return AllocatorCall.of(Verb.ALLOCATE, key);
    }

    private static AllocatorCall release(int key) {
        return AllocatorCall.of(Verb.RELEASE, key);
    }

    private static ModelCheckingOptions modelChecking() {
        return new ModelCheckingOptions()
                .checkObstructionFreedom(true)
                .verifier(AllocatorVerifier.class)
                .minimizeFailedScenario(false);
    }

    private static ModelCheckingOptions chosen(int invocations, ExecutionScenario... scenarios) {
        ModelCheckingOptions options = modelChecking().iterations(0).invocationsPerIteration(invocations);
        for (ExecutionScenario scenario : scenarios) {
            options.addCustomScenario(scenario);
        }
        return options;
    }

    @Test
    void i1_i2_i3_i5_modelCheckingOfChosenScenarios() {
        chosen(
                        LONG ? 5_000 : 60,
                        GRANT_BESIDE_RELEASE,
                        TWO_QUARANTINES,
                        HALF_ADDED,
                        HALF_REUSED,
                        HALF_RETIRED,
                        HALF_ADOPTED,
                        ADOPTED_BESIDE_ALLOCATED,
                        HALF_RELEASED,
                        NEXT_LEASE_ENDS_IN_RELEASE,
                        SNAPSHOT_OF_A_CHANGE_OF_ENIS,
                        ONE_ENI_FOR_TWO)
                .check(Sound.class);
    }

    @Test
    void i1_i2_i3_i5_modelCheckingOfAnyScenario() {
        modelChecking()
                .minimizeFailedScenario(true)
                .threads(3)
                .actorsBefore(2)
                .actorsPerThread(2)
                .actorsAfter(1)
                .iterations(LONG ? 160 : 3)
                .invocationsPerIteration(LONG ? 150 : 60)
                .check(Sound.class);
    }

    @Test
    void p1_stress() {
        new StressOptions()
                .verifier(AllocatorVerifier.class)
                .threads(3)
                .actorsBefore(2)
                .actorsPerThread(3)
                .actorsAfter(2)
                .iterations(LONG ? 200 : 3)
                .invocationsPerIteration(500)
                .check(Sound.class);
    }

    @Test
    void modelCheckingCatchesALeaseThatEndsBeforeItsEniIsInTheStack() {
        assertThatThrownBy(() -> chosen(UNTIL_CAUGHT, HALF_RELEASED).check(EndsBeforeThePush.class))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("Invalid execution results");
    }

    @Test
    void modelCheckingCatchesASnapshotOfOneRead() {
        assertThatThrownBy(
                        () -> chosen(UNTIL_CAUGHT, SNAPSHOT_OF_A_CHANGE_OF_ENIS).check(ReadsASnapshotOnce.class))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("Invalid execution results");
    }

    @Test
    void theProgressCheckCatchesWaitingForAnotherThread() {
        assertThatThrownBy(() -> chosen(UNTIL_CAUGHT, ONE_ENI_FOR_TWO).check(Spins.class))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("should be non-blocking");
    }
}
