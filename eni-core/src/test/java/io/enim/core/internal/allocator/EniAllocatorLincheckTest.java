package io.enim.core.internal.allocator;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.core.check.ModelVerifier;
import java.util.List;
import java.util.regex.Pattern;
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
    /** A call as a text: its method, a key or an ENI, and the key of a call with both. */
    private static final Pattern CALL = Pattern.compile("(\\w+)\\((\\d),?(\\d?)\\)");

    /** The allocator with two stacks, so that scenarios are short. */
    public static final class Sound extends AllocatorScenario {
        public Sound() {
            super(new AllocatorDriver(EniAllocator.compact(2)));
        }
    }

    /** The allocator with one stack, in whose hand two threads put claims. */
    public static final class OneStack extends AllocatorScenario {
        public OneStack() {
            super(new AllocatorDriver(EniAllocator.compact(1)));
        }
    }

    /** See {@link FlawedAllocators.EndsBeforeThePush}. */
    public static final class EndsBeforeThePush extends AllocatorScenario {
        public EndsBeforeThePush() {
            super(new FlawedAllocators.EndsBeforeThePush());
        }
    }

    /** See {@link FlawedAllocators.ReadsASnapshotOnce}. */
    public static final class ReadsASnapshotOnce extends AllocatorScenario {
        public ReadsASnapshotOnce() {
            super(new FlawedAllocators.ReadsASnapshotOnce());
        }
    }

    /** See {@link FlawedAllocators.TellsAnEarlierState}. */
    public static final class TellsAnEarlierState extends AllocatorScenario {
        public TellsAnEarlierState() {
            super(new FlawedAllocators.TellsAnEarlierState());
        }
    }

    /** See {@link FlawedAllocators.Spins}. */
    public static final class Spins extends AllocatorScenario {
        public Spins() {
            super(new FlawedAllocators.Spins());
        }
    }

    /** By {@link AllocatorModel}, which allows any free ENI for a key. */
    public static final class AllocatorVerifier extends ModelVerifier<AllocatorModel.Enis, AllocatorCall, Object> {
        /** Called by Lincheck with the class of the sequential specification, which this does not need. */
        public AllocatorVerifier(Class<?> specification) {
            super(new AllocatorModel(AllocatorScenario.FREE));
        }

        @Override
        protected AllocatorCall operation(String method, List<Object> arguments) {
            return AllocatorScenario.call(method, arguments);
        }

        @Override
        protected Object answer(Object value) {
            return ((AllocatorScenario.Answer) value).value();
        }
    }

    private static final ExecutionScenario GRANT_BESIDE_RELEASE = scenario("", "allocate(0)", "release(0)", "lease(0)");
    private static final ExecutionScenario TWO_QUARANTINES =
            scenario("allocate(0)", "quarantine(0)", "quarantine(0)", "lease(0)");
    private static final ExecutionScenario HALF_ADDED = scenario("allocate(0)", "add(1)", "add(1) allocate(1)", "");
    private static final ExecutionScenario HALF_REUSED =
            scenario("allocate(0) releaseToCooldown(0)", "reuse(0)", "reuse(0) allocate(1)", "");
    private static final ExecutionScenario HALF_RETIRED = scenario("", "retire(0)", "retire(0) add(0)", "");
    private static final ExecutionScenario HALF_ADOPTED = scenario("allocate(0)", "adopt(1,0)", "status(1) add(1)", "");
    private static final ExecutionScenario ADOPTED_BESIDE_ALLOCATED =
            scenario("allocate(0)", "adopt(1,1)", "allocate(1) status(1)", "lease(1)");
    private static final ExecutionScenario HALF_RELEASED =
            scenario("allocate(0)", "release(0)", "lease(0) allocate(1)", "");
    private static final ExecutionScenario NEXT_LEASE_ENDS_IN_RELEASE =
            scenario("allocate(0)", "release(0)", "allocate(1) release(1)", "status(0)");
    private static final ExecutionScenario SNAPSHOT_OF_A_CHANGE_OF_ENIS =
            scenario("add(1) allocate(0)", "snapshot(0)", "allocate(1) release(0)", "");
    private static final ExecutionScenario TWO_COMPLETE_ONE_CLAIM =
            scenario("", "allocate(0)", "add(1) allocate(0)", "allocate(1)");
    private static final ExecutionScenario ONE_ENI_FOR_TWO =
            scenario("", "allocate(0) release(0)", "allocate(1) release(1)", "");

    private static final ExecutionScenario SAME_KEY_AGAIN = scenario("allocate(0)", "release(0)", "allocate(0)", "");
    private static final ExecutionScenario HALF_GRANTED = scenario("", "allocate(0)", "allocate(1) release(0)", "");
    private static final ExecutionScenario NONE_FOR_ANOTHER =
            scenario("allocate(1)", "allocate(0)", "release(1) allocate(0)", "");
    private static final ExecutionScenario TWO_RELEASES =
            scenario("allocate(0)", "release(0)", "release(0) allocate(1)", "status(0)");
    private static final ExecutionScenario RELEASE_BESIDE_COOLDOWN =
            scenario("allocate(0)", "release(0)", "releaseToCooldown(0) reuse(0)", "allocate(1)");
    private static final ExecutionScenario QUARANTINE_BESIDE_RELEASE =
            scenario("allocate(0)", "quarantine(0)", "release(0) allocate(1)", "status(0)");
    private static final ExecutionScenario SLOT_IS_MOVED =
            scenario("allocate(0) release(0)", "allocate(0) release(0)", "status(0) quarantine(0)", "status(0)");

    private static final ExecutionScenario ONE_WISHED_BY_TWO =
            scenario("", "allocateEni(0,0) release(0)", "allocateEni(0,1) release(1)", "");
    private static final ExecutionScenario HALF_WISHED =
            scenario("add(1)", "allocateEni(0,0)", "allocate(0) release(0)", "allocate(1)");
    private static final ExecutionScenario WISHED_BESIDE_ALLOCATED =
            scenario("allocate(1)", "allocateEni(0,0)", "release(1) allocate(1)", "status(0)");
    private static final ExecutionScenario TAKEN_BACK_BESIDE_REUSE =
            scenario("allocate(0) releaseToCooldown(0)", "allocateEni(0,0)", "reuse(0) allocate(1)", "status(0)");
    private static final ExecutionScenario WISHED_BESIDE_RETIRE =
            scenario("", "allocateEni(0,0)", "retire(0) add(0)", "status(0)");

    private static final ExecutionScenario BOTH_ARE_RELEASED =
            scenario("allocate(0) add(1) allocate(1)", "release(0)", "release(1)", "allocate(0) allocate(1)");
    private static final ExecutionScenario BOTH_ARE_REUSED = scenario(
            "allocate(0) releaseToCooldown(0) addCoolingDown(1)", "reuse(0)", "reuse(1)", "allocate(0) allocate(1)");

    /** The calls before, those of two threads, and those after. */
    private static ExecutionScenario scenario(String before, String one, String other, String after) {
        return AllocatorScenario.scenario(calls(before), List.of(calls(one), calls(other)), calls(after));
    }

    private static List<AllocatorCall> calls(String text) {
        return CALL.matcher(text)
                .results()
                .map(call -> new AllocatorCall(
                        AllocatorScenario.verb(call.group(1)),
                        Integer.parseInt(call.group(2)),
                        Integer.parseInt("0" + call.group(3))))
                .toList();
    }

    private static ModelCheckingOptions modelChecking() {
        return new ModelCheckingOptions()
                .checkObstructionFreedom(true)
                // A loop over the buckets of a map is not a wait.
                .loopIterationsBeforeThreadSwitch(40)
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
                        TWO_COMPLETE_ONE_CLAIM,
                        ONE_ENI_FOR_TWO,
                        SAME_KEY_AGAIN,
                        HALF_GRANTED,
                        TWO_RELEASES,
                        RELEASE_BESIDE_COOLDOWN,
                        QUARANTINE_BESIDE_RELEASE,
                        SLOT_IS_MOVED)
                .check(Sound.class);
    }

    @Test
    void i5_modelCheckingOfNoneForAnother() {
        chosen(LONG ? 5_000 : 1_000, NONE_FOR_ANOTHER).check(Sound.class);
    }

    @Test
    void i1_i2_i3_i5_modelCheckingOfWishes() {
        chosen(
                        LONG ? 5_000 : 200,
                        ONE_WISHED_BY_TWO,
                        HALF_WISHED,
                        WISHED_BESIDE_ALLOCATED,
                        TAKEN_BACK_BESIDE_REUSE,
                        WISHED_BESIDE_RETIRE)
                .check(Sound.class);
    }

    @Test
    void i4_modelCheckingOfOneStack() {
        chosen(LONG ? 5_000 : 60, HALF_RELEASED, BOTH_ARE_RELEASED, BOTH_ARE_REUSED)
                .check(OneStack.class);
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
    void modelCheckingCatchesARefusalOfAnEarlierState() {
        assertThatThrownBy(() -> chosen(UNTIL_CAUGHT, WISHED_BESIDE_ALLOCATED).check(TellsAnEarlierState.class))
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
