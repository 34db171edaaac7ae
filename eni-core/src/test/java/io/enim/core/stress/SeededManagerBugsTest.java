package io.enim.core.stress;

import static io.enim.core.stress.StressAction.of;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.chaos.Fault.Kind;
import io.enim.core.chaos.Fault.Place;
import io.enim.core.stress.StressAction.Verb;
import io.enim.core.stress.StressProgram.Supply;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One bug each that the check must catch, by the promise it breaks; and the same programs without it. */
@Tag("slow")
class SeededManagerBugsTest {
    private static final StressAction OTHER_LIFE_DEL = new StressAction(Verb.DEL, 0, 1, StressAction.STRIKES.get(0));

    private static final int MOST_RUNS = 20;

    /** On a busy machine an action may end at its deadline before the bug has its effect; then the program runs again. */
    private static void requireCaught(Supplier<SeededManagerBug> newBug, String promise, StressAction... actions) {
        StressProgram stressProgram = new StressProgram(2, Supply.FIXED, List.of(List.of(actions)));
        assertThat(StressRun.run(stressProgram, SeededManagerBug.NONE).violations())
                .isEmpty();
        SeededManagerBug seededManagerBug;
        List<String> violations;
        int runs = 0;
        do {
            seededManagerBug = newBug.get();
            violations = StressRun.run(stressProgram, seededManagerBug).violations();
        } while (!seededManagerBug.hasStruck() && ++runs < MOST_RUNS);
        assertThat(violations).anySatisfy(violation -> assertThat(violation).startsWith(promise));
    }

    private static StressAction moveInHangs() {
        return StressAction.struck(Kind.HANGS, Place.DEVICES, "moveIn");
    }

    @Test
    void p1_anEniThatIsHandedOutTwiceIsSeen() {
        requireCaught(SeededManagerBugs.HandsOutTwice::new, "P1", of(Verb.ADD, 0), of(Verb.ADD, 1));
    }

    @Test
    void p2_anEniThatIsFreeBeforeItsDeviceIsOnTheHostIsSeen() {
        requireCaught(SeededManagerBugs.TrustsTheReturnUnchecked::new, "P2", of(Verb.ADD, 0), of(Verb.DEL, 0));
    }

    @Test
    void p4_aDelThatForgetsTheContainerIsSeen() {
        requireCaught(SeededManagerBugs.DelForgetsTheContainer::new, "P4", of(Verb.ADD, 0), OTHER_LIFE_DEL);
    }

    @Test
    void p4_aCollectionThatFreesTheLivingIsSeen() {
        requireCaught(SeededManagerBugs.GcFreesTheLiving::new, "P4", of(Verb.ADD, 0), of(Verb.GC, 0));
    }

    @Test
    void p16_anUndoThatEndsWhatAnEarlierAddGotIsSeen() {
        requireCaught(
                SeededManagerBugs.UndoesWhatAnEarlierAddGot::new,
                "P4",
                of(Verb.ASSIGN, 0),
                StressAction.struck(Kind.REFUSED, Place.DEVICES, "configure"),
                of(Verb.ADD, 0));
    }

    /** The ADD hangs with the device in hand, its caller leaves, and the DEL does not wait for it. */
    @Test
    void p7_aDelThatIgnoresItsTurnIsSeen() {
        requireCaught(SeededManagerBugs.DelIgnoresItsTurn::new, "P7", moveInHangs(), of(Verb.ADD, 0), of(Verb.DEL, 0));
    }

    @Test
    void p5_anEniThatACancelledAddLeavesBehindIsSeen() {
        requireCaught(SeededManagerBugs.LosesAbandonedClaims::new, "P5", moveInHangs(), of(Verb.ADD, 0));
    }
}
