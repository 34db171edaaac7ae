package io.enim.core.stress;

import static io.enim.core.stress.Action.of;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.stress.Action.Verb;
import io.enim.core.stress.Program.Supply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One bug each that the check must catch, by the promise it breaks; and the same programs without it. */
class FlawsTest {
    private static final Action OTHER_LIFE_DEL = new Action(Verb.DEL, 0, 1);

    private static void requireCaught(Flaw flaw, String promise, Action... actions) {
        Program program = new Program(2, Supply.FIXED, List.of(List.of(actions)));
        assertThat(Stress.run(program, Flaw.NONE).violations()).isEmpty();
        assertThat(Stress.run(program, flaw).violations())
                .anySatisfy(violation -> assertThat(violation).startsWith(promise));
    }

    private static Action moveInHangs() {
        Action action = of(Verb.DEVICE_HANGS, 1);
        assertThat(action).hasToString("DEVICE_HANGS(moveIn)");
        return action;
    }

    @Test
    void p1_anEniThatIsHandedOutTwiceIsSeen() {
        requireCaught(new Flawed.HandsOutTwice(), "P1", of(Verb.ADD, 0), of(Verb.ADD, 1));
    }

    @Test
    void p2_anEniThatIsFreeBeforeItsDeviceIsHomeIsSeen() {
        requireCaught(new Flawed.TrustsThatItIsHome(), "P2", of(Verb.ADD, 0), of(Verb.DEL, 0));
    }

    @Test
    void p4_aDelThatForgetsTheContainerIsSeen() {
        requireCaught(new Flawed.DelForgetsTheContainer(), "P4", of(Verb.ADD, 0), OTHER_LIFE_DEL);
    }

    @Test
    void p4_aCollectionThatFreesTheLivingIsSeen() {
        requireCaught(new Flawed.GcFreesTheLiving(), "P4", of(Verb.ADD, 0), of(Verb.GC, 0));
    }

    /** The ADD hangs with the device in hand, its caller leaves, and the DEL does not wait for it. */
    @Test
    void p7_aDelThatIgnoresItsTurnIsSeen() {
        requireCaught(new Flawed.DelIgnoresItsTurn(), "P7", moveInHangs(), of(Verb.ADD, 0), of(Verb.DEL, 0));
    }

    @Test
    void p5_anEniThatACancelledAddLeavesBehindIsSeen() {
        requireCaught(new Flawed.LosesWhatNobodyWaitsFor(), "P5", moveInHangs(), of(Verb.ADD, 0));
    }
}
