package io.enim.core.internal.pool.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniState;
import io.enim.core.internal.pool.model.PooledEni.Desired;
import io.enim.core.internal.pool.reconcile.EniTransitions.Action;
import io.enim.core.internal.pool.reconcile.EniTransitions.Observed;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The whole table of {@link EniTransitions}, as its javadoc has it, against the function. */
final class EniTransitionsTest {
    /** One row: lease, desired, observed, due, action. The first that fits decides; {@code -} fits everything. */
    private static final List<String> TABLE = List.of(
            "QUARANTINED            | -                | -                             | -   | WITHDRAW",
            "READY RECYCLING        | -                | GONE                          | -   | WITHDRAW",
            "READY RECYCLING IN_USE | -                | ATTACHED_HERE                 | -   | SERVE",
            "READY RECYCLING IN_USE | -                | -                             | -   | WAIT_FOR_CLOUD",
            "none                   | -                | STALE MOVING                  | -   | WAIT_FOR_CLOUD",
            "none                   | PROVISIONED KEPT | ATTACHING_HERE                | -   | WAIT_FOR_CLOUD",
            "none                   | PROVISIONED KEPT | ATTACHING_ELSEWHERE           | -   | WAIT_FOR_CLOUD",
            "none                   | -                | -                             | no  | BACK_OFF",
            "none                   | -                | GONE                          | yes | FORGET",
            "none                   | RETIRED          | AVAILABLE                     | yes | DELETE",
            "none                   | RETIRED          | ATTACHING_HERE ATTACHED_HERE  | yes | DETACH",
            "none                   | RETIRED          | NOT_OURS ATTACHING_ELSEWHERE  | yes | ABANDON",
            "none                   | RETIRED          | ATTACHED_ELSEWHERE            | yes | ABANDON",
            "none                   | PROVISIONED      | AVAILABLE                     | yes | ATTACH",
            "none                   | KEPT             | AVAILABLE                     | yes | DROP",
            "none                   | PROVISIONED KEPT | ATTACHED_HERE                 | yes | CHECK_DEVICE",
            "none                   | PROVISIONED KEPT | ATTACHED_ELSEWHERE            | yes | QUARANTINE");

    /** The states that a lease can have. */
    private static final List<Optional<EniState>> LEASES = Stream.of(
                    null, EniState.READY, EniState.RECYCLING, EniState.IN_USE, EniState.QUARANTINED)
            .map(Optional::ofNullable)
            .toList();

    private static List<String> cells(String row) {
        return Arrays.stream(row.split("\\|")).map(String::strip).toList();
    }

    private static boolean fits(String cell, Object value) {
        return cell.equals("-") || List.of(cell.split(" ")).contains(value.toString());
    }

    private static Action expected(Optional<EniState> lease, Desired desired, Observed observed, boolean due) {
        return TABLE.stream()
                .map(EniTransitionsTest::cells)
                .filter(row -> fits(row.get(0), lease.map(EniState::name).orElse("none"))
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
        for (Optional<EniState> lease : LEASES) {
            for (Desired desired : Desired.values()) {
                for (Observed observed : Observed.values()) {
                    // Only an ENI that is to be retired is asked whether it is ours.
                    if (lease.isEmpty() && observed == Observed.NOT_OURS && desired != Desired.RETIRED) {
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
                assertThat(EniTransitions.next(desired, observed, Optional.of(EniState.IN_USE), true))
                        .isIn(Action.SERVE, Action.WAIT_FOR_CLOUD);
            }
        }
    }
}
