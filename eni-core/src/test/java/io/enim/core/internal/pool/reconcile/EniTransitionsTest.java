package io.enim.core.internal.pool.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.internal.pool.model.PooledEni.Desired;
import io.enim.core.internal.pool.reconcile.EniTransitions.Action;
import io.enim.core.internal.pool.reconcile.EniTransitions.Lease;
import io.enim.core.internal.pool.reconcile.EniTransitions.Observed;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The whole table of {@link EniTransitions}, as its javadoc has it, against the function. */
final class EniTransitionsTest {
    /** One row: lease, desired, observed, due, action. The first that fits decides; {@code -} fits everything. */
    private static final List<String> TABLE = List.of(
            "LOST      | -                | -                                       | -   | WITHDRAW",
            "IDLE      | -                | GONE                                    | -   | WITHDRAW",
            "IDLE HELD | -                | ATTACHED_HERE                           | -   | SERVE",
            "IDLE HELD | -                | -                                       | -   | WAIT_FOR_CLOUD",
            "NONE      | -                | STALE MOVING                            | -   | WAIT_FOR_CLOUD",
            "NONE      | PROVISIONED KEPT | ATTACHING_HERE ATTACHING_ELSEWHERE      | -   | WAIT_FOR_CLOUD",
            "NONE      | -                | -                                       | no  | BACK_OFF",
            "NONE      | -                | GONE                                    | yes | FORGET",
            "NONE      | RETIRED          | AVAILABLE                               | yes | DELETE",
            "NONE      | RETIRED          | ATTACHING_HERE ATTACHED_HERE            | yes | DETACH",
            "NONE      | RETIRED          | NOT_OURS ATTACHING_ELSEWHERE ATTACHED_ELSEWHERE | yes | ABANDON",
            "NONE      | PROVISIONED      | AVAILABLE                               | yes | ATTACH",
            "NONE      | KEPT             | AVAILABLE                               | yes | DROP",
            "NONE      | PROVISIONED KEPT | ATTACHED_HERE                           | yes | CHECK_DEVICE",
            "NONE      | PROVISIONED KEPT | ATTACHED_ELSEWHERE                      | yes | QUARANTINE");

    private static List<String> cells(String row) {
        return Arrays.stream(row.split("\\|")).map(String::strip).toList();
    }

    private static boolean fits(String cell, Object value) {
        return cell.equals("-") || List.of(cell.split(" ")).contains(value.toString());
    }

    private static Action expected(Lease lease, Desired desired, Observed observed, boolean due) {
        return TABLE.stream()
                .map(EniTransitionsTest::cells)
                .filter(row -> fits(row.get(0), lease)
                        && fits(row.get(1), desired)
                        && fits(row.get(2), observed)
                        && fits(row.get(3), due ? "yes" : "no"))
                .map(row -> Action.valueOf(row.get(4)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row for " + lease + " " + desired + " " + observed));
    }

    @Test
    void everyCombinationHasTheActionOfTheFirstRowThatFits() {
        Set<Action> actions = EnumSet.noneOf(Action.class);
        for (Lease lease : Lease.values()) {
            for (Desired desired : Desired.values()) {
                for (Observed observed : Observed.values()) {
                    // Only an ENI that is to be retired is asked whether it is ours.
                    if (lease == Lease.NONE && observed == Observed.NOT_OURS && desired != Desired.RETIRED) {
                        continue;
                    }
                    for (boolean due : new boolean[] {true, false}) {
                        Action action = EniTransitions.next(desired, observed, lease, due);
                        assertThat(action)
                                .as("%s %s %s %s", lease, desired, observed, due ? "due" : "not due")
                                .isEqualTo(expected(lease, desired, observed, due));
                        actions.add(action);
                    }
                }
            }
        }
        assertThat(actions).containsExactlyInAnyOrder(Action.values());
    }

    @Test
    void noActionTouchesAnEniThatAnEndpointHolds() {
        for (Desired desired : Desired.values()) {
            for (Observed observed : Observed.values()) {
                assertThat(EniTransitions.next(desired, observed, Lease.HELD, true))
                        .isIn(Action.SERVE, Action.WAIT_FOR_CLOUD);
            }
        }
    }
}
