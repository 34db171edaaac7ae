package io.enim.core.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Endpoint;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.Execution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AvailabilitySignalTest {
    private final AvailabilitySignal signal = new AvailabilitySignal();

    private static EndpointTask<String> task(int n) {
        return new EndpointTask<>(
                "ADD",
                Endpoint.of("default", "pod-" + n),
                Execution.JDK.deadline(Duration.ofMinutes(1)),
                running -> "");
    }

    private List<EndpointTask<String>> waiting(int count) {
        List<EndpointTask<String>> tasks =
                IntStream.range(0, count).mapToObj(AvailabilitySignalTest::task).toList();
        tasks.forEach(this::join);
        return tasks;
    }

    private void join(EndpointTask<?> task) {
        signal.join(task, false);
    }

    private boolean hasTurn(EndpointTask<?> task) {
        return signal.contains(task) && signal.waiter(task).turn().isDone();
    }

    private List<EndpointTask<String>> turns(List<EndpointTask<String>> tasks) {
        return tasks.stream().filter(this::hasTurn).toList();
    }

    /** Whatever happens in between: each signal is one turn, in the order in which the tasks came, and none is lost. */
    @Test
    void p19_eachFreeEniIsTheTurnOfTheFirstThatWaits() {
        Random random = new Random(1);
        for (int run = 0; run < 200; run++) {
            List<EndpointTask<String>> left = new ArrayList<>(waiting(20));
            int free = 0;
            while (!left.isEmpty()) {
                switch (random.nextInt(3)) {
                    case 0 -> {
                        signal.signal();
                        free++;
                    }
                    case 1 -> left.remove(random.nextInt(left.size())).deliver("its caller has left");
                    default -> {
                        EndpointTask<String> first = left.get(0);
                        if (hasTurn(first)) {
                            join(first); // it asks, and gets an ENI
                            signal.leave(first, "ok");
                            left.remove(first);
                            free--;
                        }
                    }
                }
                assertThat(turns(left)).isEqualTo(left.subList(0, Math.min(Math.max(free, 0), left.size())));
            }
        }
    }

    /** Otherwise ADDs that come at the same moment would wait for each other, with ENIs free for all. */
    @Test
    void p19_anAddStandsBehindThoseThatWaitAndNotBehindThoseThatStillAsk() {
        List<EndpointTask<String>> tasks = waiting(3);
        assertThat(tasks).noneMatch(signal::isBehindOthers);
        signal.waits(tasks.get(1), "none is free");
        assertThat(tasks).filteredOn(signal::isBehindOthers).containsExactly(tasks.get(2));
    }

    @Test
    void oneThatIsRefusedInItsTurnKeepsItsPlace() {
        List<EndpointTask<String>> tasks = waiting(3);
        signal.signal();
        join(tasks.get(0));
        assertThat(turns(tasks)).isEmpty();
        signal.signal();
        assertThat(turns(tasks)).containsExactly(tasks.get(0));
    }

    @Test
    void ofSeveralEachThatIsServedLetsTheNextOneAsk() {
        List<EndpointTask<String>> tasks = waiting(3);
        signal.signalSeveral();
        assertThat(turns(tasks)).containsExactly(tasks.get(0));
        join(tasks.get(0));
        signal.leave(tasks.get(0), "ok");
        assertThat(turns(tasks)).containsExactly(tasks.get(1));
        join(tasks.get(1)); // refused
        assertThat(turns(tasks)).isEmpty();
    }

    /** It can use one ENI alone: each that became free may be it, and is the turn of another one as well. */
    @Test
    void p19_oneThatRequiresOneEniHasEachTurnAndTakesNone() {
        EndpointTask<String> requiring = task(9);
        signal.join(requiring, true);
        signal.waits(requiring, "taken");
        List<EndpointTask<String>> tasks = waiting(2);
        assertThat(tasks).noneMatch(signal::isBehindOthers);

        signal.signal();
        assertThat(hasTurn(requiring)).isTrue();
        assertThat(turns(tasks)).containsExactly(tasks.get(0));

        signal.leave(requiring, "ended");
        assertThat(turns(tasks)).containsExactly(tasks.get(0));
    }

    @Test
    void aReleaseIsATurnUnlessTheProviderTellsOfIt() {
        List<EndpointTask<String>> tasks = waiting(2);
        signal.released();
        assertThat(turns(tasks)).hasSize(1);
        signal.toldByProvider();
        signal.released();
        assertThat(turns(tasks)).hasSize(1);
    }
}
