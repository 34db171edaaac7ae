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
        tasks.forEach(signal::join);
        return tasks;
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
                            signal.join(first); // it asks, and gets an ENI
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
        signal.join(tasks.get(0));
        assertThat(turns(tasks)).isEmpty();
        signal.signal();
        assertThat(turns(tasks)).containsExactly(tasks.get(0));
    }

    @Test
    void ofSeveralEachThatIsServedLetsTheNextOneAsk() {
        List<EndpointTask<String>> tasks = waiting(3);
        signal.signalSeveral();
        assertThat(turns(tasks)).containsExactly(tasks.get(0));
        signal.join(tasks.get(0));
        signal.leave(tasks.get(0), "ok");
        assertThat(turns(tasks)).containsExactly(tasks.get(1));
        signal.join(tasks.get(1)); // refused
        assertThat(turns(tasks)).isEmpty();
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
