package io.enim.core.internal.allocator;

import io.enim.core.check.Event;
import io.enim.core.check.Linearizability;
import io.enim.core.internal.allocator.AllocatorScenario.Answer;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionResult;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.kotlinx.lincheck.execution.ResultWithClock;
import org.jetbrains.kotlinx.lincheck.util.LincheckResult;
import org.jetbrains.kotlinx.lincheck.util.ValueResult;
import org.jetbrains.lincheck.datastructures.verifier.Verifier;

/**
 * Judges what Lincheck ran by {@link AllocatorModel}, which leaves open which free ENI a key gets. Lincheck's own verifier
 * asks the allocator itself for the one right answer, and so would refuse an allocate that took another free ENI.
 *
 * <p>A scenario has a part before, one list a thread, and a part after. Lincheck tells for each operation how many of each
 * thread's operations were over when it began.
 */
public final class LincheckVerifier implements Verifier {
    /** Lincheck makes it with the class of the sequential specification, which this does not need. */
    public LincheckVerifier(Class<?> specification) {}

    private record Place(int part, int thread, int index, int[] before) {
        boolean precedes(Place other) {
            if (part != other.part) {
                return part < other.part;
            }
            return thread == other.thread ? index < other.index : other.before[thread] > index;
        }
    }

    @Override
    public boolean verifyResults(ExecutionScenario scenario, ExecutionResult result) {
        List<Event<Ask, Object>> history = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        add(0, scenario.getInitExecution(), result.getInitResults(), history, places);
        for (int thread = 0; thread < scenario.getParallelExecution().size(); thread++) {
            List<ResultWithClock> results = result.getParallelResultsWithClock().get(thread);
            for (int i = 0; i < results.size(); i++) {
                // The thread's first operations may be those of the part before.
                ResultWithClock seen = results.get(i);
                Place place = new Place(1, thread, i, seen.getClockOnStart().getClock());
                add(place, scenario.getParallelExecution().get(thread).get(i), seen.getResult(), history, places);
            }
        }
        add(2, scenario.getPostExecution(), result.getPostResults(), history, places);
        return Linearizability.order(
                        new AllocatorModel(AllocatorScenario.FREE),
                        history,
                        (one, other) -> places.get((int) one.called()).precedes(places.get((int) other.called())))
                .isPresent();
    }

    private static void add(
            int part,
            List<Actor> actors,
            List<? extends LincheckResult> results,
            List<Event<Ask, Object>> history,
            List<Place> places) {
        for (int i = 0; i < results.size(); i++) {
            add(new Place(part, 0, i, new int[0]), actors.get(i), results.get(i), history, places);
        }
    }

    private static void add(
            Place place, Actor actor, LincheckResult result, List<Event<Ask, Object>> history, List<Place> places) {
        if (!(result instanceof ValueResult value) || !(value.getValue() instanceof Answer answer)) {
            throw new IllegalStateException(actor + " gave " + result + ": every operation gives a value");
        }
        Ask ask = AllocatorScenario.ask(actor.getMethod().getName(), actor.getArguments());
        history.add(new Event<>(place.thread(), places.size(), places.size(), ask, answer.value()));
        places.add(place);
    }
}
