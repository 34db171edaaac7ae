// SPDX-License-Identifier: Apache-2.0
package io.enim.testing;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * Searches an order of a history's operations in which each takes effect between its call and its answer, and in which the
 * model gives the same answers. (Wing and Gong, "Testing and Verifying Concurrent Objects", 1993, with Lowe's memory of
 * the configurations that were tried.) The cost is exponential in the number of operations that overlap.
 */
public final class Linearizability {
    private Linearizability() {}

    private record Configuration<S>(BitSet done, S state) {}

    /** Such an order; empty when there is none, which proves a bug. */
    public static <S, O, A> Optional<List<HistoryEvent<O, A>>> order(
            SequentialModel<S, O, A> model, List<HistoryEvent<O, A>> history) {
        return order(model, history, (one, other) -> one.answered() < other.called());
    }

    /** The same for histories whose precedence is not told by their numbers: {@code precedes} says what ended before what. */
    public static <S, O, A> Optional<List<HistoryEvent<O, A>>> order(
            SequentialModel<S, O, A> model,
            List<HistoryEvent<O, A>> history,
            BiPredicate<HistoryEvent<O, A>, HistoryEvent<O, A>> precedes) {
        List<BitSet> earlier = new ArrayList<>();
        for (HistoryEvent<O, A> event : history) {
            BitSet before = new BitSet();
            IntStream.range(0, history.size())
                    .filter(i -> precedes.test(history.get(i), event))
                    .forEach(before::set);
            earlier.add(before);
        }
        List<HistoryEvent<O, A>> order = new ArrayList<>();
        Search<S, O, A> search = new Search<>(model, history, earlier, order, new HashSet<>());
        return search.from(new BitSet(), model.initial()) ? Optional.of(order) : Optional.empty();
    }

    private record Search<S, O, A>(
            SequentialModel<S, O, A> model,
            List<HistoryEvent<O, A>> history,
            List<BitSet> earlier,
            List<HistoryEvent<O, A>> order,
            Set<Configuration<S>> tried) {
        boolean from(BitSet done, S state) {
            if (done.cardinality() == history.size()) {
                return true;
            }
            if (!tried.add(new Configuration<>((BitSet) done.clone(), state))) {
                return false;
            }
            for (int i = done.nextClearBit(0); i < history.size(); i = done.nextClearBit(i + 1)) {
                BitSet missing = (BitSet) earlier.get(i).clone();
                missing.andNot(done);
                if (!missing.isEmpty()) {
                    continue;
                }
                HistoryEvent<O, A> event = history.get(i);
                Optional<S> after = model.after(state, event.operation(), event.answer());
                if (after.isPresent()) {
                    done.set(i);
                    order.add(event);
                    if (from(done, after.get())) {
                        return true;
                    }
                    order.remove(order.size() - 1);
                    done.clear(i);
                }
            }
            return false;
        }
    }
}
