package io.enim.core.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for an order of a history's operations in which each takes effect between its call and its answer, and in which
 * the model gives the same answers. (Wing and Gong, "Testing and Verifying Concurrent Objects", 1993; what was tried is
 * remembered, as Lowe proposes.)
 */
public final class Linearizability {
    private Linearizability() {}

    private record Tried<S>(BitSet done, S state) {}

    /** Such an order; empty when there is none, so that the history is a proof of a bug. */
    public static <S, O, A> Optional<List<Event<O, A>>> order(
            SequentialModel<S, O, A> model, List<Event<O, A>> history) {
        List<Event<O, A>> events = new ArrayList<>(history);
        events.sort(Comparator.comparingLong(Event::called));
        List<Event<O, A>> order = new ArrayList<>();
        return search(model, events, new BitSet(), model.initial(), order, new HashSet<>())
                ? Optional.of(order)
                : Optional.empty();
    }

    private static <S, O, A> boolean search(
            SequentialModel<S, O, A> model,
            List<Event<O, A>> events,
            BitSet done,
            S state,
            List<Event<O, A>> order,
            Set<Tried<S>> tried) {
        if (done.cardinality() == events.size()) {
            return true;
        }
        if (!tried.add(new Tried<>((BitSet) done.clone(), state))) {
            return false;
        }
        long firstAnswer = Long.MAX_VALUE;
        for (int i = done.nextClearBit(0); i < events.size(); i = done.nextClearBit(i + 1)) {
            firstAnswer = Math.min(firstAnswer, events.get(i).answered());
        }
        for (int i = done.nextClearBit(0); i < events.size(); i = done.nextClearBit(i + 1)) {
            Event<O, A> event = events.get(i);
            if (event.called() > firstAnswer) {
                break;
            }
            Optional<S> after = model.after(state, event.operation(), event.answer());
            if (after.isPresent()) {
                done.set(i);
                order.add(event);
                if (search(model, events, done, after.get(), order, tried)) {
                    return true;
                }
                order.remove(order.size() - 1);
                done.clear(i);
            }
        }
        return false;
    }
}
