package io.enim.core.check;

import io.enim.testing.HistoryEvent;
import io.enim.testing.Linearizability;
import io.enim.testing.SequentialModel;
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
 * Verifies Lincheck's results by a {@link SequentialModel}, which may allow several answers. Lincheck's own verifier takes
 * one answer, from the object itself.
 *
 * <p>A scenario has a part before, one list for each thread, and a part after. For each operation Lincheck tells how many
 * operations of each thread had ended when it began.
 */
public abstract class ModelVerifier<S, O, A> implements Verifier {
    private final SequentialModel<S, O, A> model;

    protected ModelVerifier(SequentialModel<S, O, A> model) {
        this.model = model;
    }

    /** The operation of a method of the scenario. */
    protected abstract O operation(String method, List<Object> arguments);

    /** The answer in the terms of the model. */
    protected abstract A answer(Object value);

    private record Place(int part, int thread, int index, int[] before) {
        boolean precedes(Place other) {
            if (part != other.part) {
                return part < other.part;
            }
            return thread == other.thread ? index < other.index : other.before[thread] > index;
        }
    }

    @Override
    public final boolean verifyResults(ExecutionScenario scenario, ExecutionResult result) {
        List<HistoryEvent<O, A>> history = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        add(0, scenario.getInitExecution(), result.getInitResults(), history, places);
        for (int thread = 0; thread < scenario.getParallelExecution().size(); thread++) {
            List<ResultWithClock> results = result.getParallelResultsWithClock().get(thread);
            for (int i = 0; i < results.size(); i++) {
                // The thread's first operations may belong to the part before.
                ResultWithClock seen = results.get(i);
                Place place = new Place(1, thread, i, seen.getClockOnStart().getClock());
                add(place, scenario.getParallelExecution().get(thread).get(i), seen.getResult(), history, places);
            }
        }
        add(2, scenario.getPostExecution(), result.getPostResults(), history, places);
        return Linearizability.order(
                        model,
                        history,
                        (one, other) -> places.get((int) one.called()).precedes(places.get((int) other.called())))
                .isPresent();
    }

    private void add(
            int part,
            List<Actor> actors,
            List<? extends LincheckResult> results,
            List<HistoryEvent<O, A>> history,
            List<Place> places) {
        for (int i = 0; i < results.size(); i++) {
            add(new Place(part, 0, i, new int[0]), actors.get(i), results.get(i), history, places);
        }
    }

    private void add(
            Place place, Actor actor, LincheckResult result, List<HistoryEvent<O, A>> history, List<Place> places) {
        if (!(result instanceof ValueResult value)) {
            throw new IllegalStateException(actor + " gave " + result + ": every operation gives a value");
        }
        O operation = operation(actor.getMethod().getName(), actor.getArguments());
        history.add(
                new HistoryEvent<>(place.thread(), places.size(), places.size(), operation, answer(value.getValue())));
        places.add(place);
    }
}
