package io.enim.core.internal.allocator;

import io.enim.core.check.SequentialModel;
import io.enim.core.internal.allocator.Ask.EndedLease;
import io.enim.core.internal.allocator.EniAllocator.Standing;
import io.enim.core.internal.allocator.EniAllocator.State;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the allocator does when one thread uses it. Keys and ENIs are small numbers. Which free ENI a key gets is left
 * open: the answer says, and the model judges.
 */
final class AllocatorModel implements SequentialModel<Map<Integer, AllocatorModel.Stands>, Ask, Object> {
    /** How an ENI stands, and the lease of whoever holds it. */
    record Stands(State state, Optional<Lease<Integer, Integer>> lease, boolean quarantineNext) {
        static Stands in(State state) {
            return new Stands(state, Optional.empty(), false);
        }

        static Stands held(Lease<Integer, Integer> lease) {
            return new Stands(State.HELD, Optional.of(lease), false);
        }

        boolean heldBy(Integer key) {
            return lease.filter(held -> held.key().equals(key)).isPresent();
        }

        Stands quarantineNext(boolean quarantine) {
            return new Stands(state, lease, quarantine);
        }
    }

    private final int free;

    /** Begins with this many free ENIs, numbered from 0. */
    AllocatorModel(int free) {
        this.free = free;
    }

    @Override
    public Map<Integer, Stands> initial() {
        Map<Integer, Stands> state = new HashMap<>();
        for (int eni = 0; eni < free; eni++) {
            state.put(eni, Stands.in(State.FREE));
        }
        return state;
    }

    @Override
    public Optional<Map<Integer, Stands>> after(Map<Integer, Stands> state, Ask ask, Object answer) {
        int subject = ask.subject();
        return switch (ask.verb()) {
            case ALLOCATE -> allocated(state, subject, lease(answer));
            case LEASE -> answer.equals(lease(state, subject)) ? Optional.of(state) : Optional.empty();
            case RELEASE -> released(state, held(state, subject), State.FREE, answer);
            case RELEASE_TO_REST -> released(state, held(state, subject), State.RESTING, answer);
            case RELEASE_LEASE -> endedLease(state, answer);
            case ADD -> changed(state, subject, !state.containsKey(subject), State.FREE, answer);
            case ADD_RESTING -> changed(state, subject, !state.containsKey(subject), State.RESTING, answer);
            case ADOPT -> adopted(state, subject, ask.key(), lease(answer));
            case REUSE -> changed(state, subject, is(state, subject, State.RESTING), State.FREE, answer);
            case RETIRE -> retired(state, subject, answer);
            case QUARANTINE -> quarantined(state, subject, answer);
            case REINSTATE -> reinstated(state, subject, answer);
            case STANDING -> stands(state, subject, answer);
            case SNAPSHOT -> snapshot(state, (List<?>) answer);
        };
    }

    private static Optional<Integer> held(Map<Integer, Stands> state, int key) {
        return state.entrySet().stream()
                .filter(entry -> entry.getValue().heldBy(key))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static Optional<Lease<Integer, Integer>> lease(Map<Integer, Stands> state, int key) {
        return held(state, key).flatMap(eni -> state.get(eni).lease());
    }

    private static boolean is(Map<Integer, Stands> state, int eni, State wanted) {
        return state.containsKey(eni) && state.get(eni).state() == wanted;
    }

    private static Optional<Map<Integer, Stands>> allocated(
            Map<Integer, Stands> state, int key, Optional<Lease<Integer, Integer>> answer) {
        if (held(state, key).isPresent()) {
            return answer.equals(lease(state, key)) ? Optional.of(state) : Optional.empty();
        }
        if (answer.isEmpty()) {
            boolean exhausted = state.values().stream().noneMatch(stands -> stands.state() == State.FREE);
            return exhausted ? Optional.of(state) : Optional.empty();
        }
        int eni = answer.get().eni();
        return is(state, eni, State.FREE) && answer.get().key() == key
                ? Optional.of(with(state, eni, Stands.held(answer.get())))
                : Optional.empty();
    }

    private static Optional<Map<Integer, Stands>> released(
            Map<Integer, Stands> state, Optional<Integer> held, State to, Object answer) {
        if (!answer.equals(held.isPresent())) {
            return Optional.empty();
        }
        return Optional.of(held.map(
                        eni -> with(state, eni, Stands.in(state.get(eni).quarantineNext() ? State.QUARANTINED : to)))
                .orElse(state));
    }

    private static Optional<Map<Integer, Stands>> endedLease(Map<Integer, Stands> state, Object answer) {
        EndedLease ended = (EndedLease) answer;
        if (ended.lease().isEmpty()) {
            return Optional.of(state);
        }
        Optional<Integer> live = held(state, ended.lease().get().key())
                .filter(eni -> state.get(eni).lease().equals(ended.lease()));
        return released(state, live, State.FREE, ended.first());
    }

    private static Optional<Map<Integer, Stands>> adopted(
            Map<Integer, Stands> state, int eni, int key, Optional<Lease<Integer, Integer>> answer) {
        boolean possible = !state.containsKey(eni) && held(state, key).isEmpty();
        if (answer.isEmpty()) {
            return possible ? Optional.empty() : Optional.of(state);
        }
        boolean right = possible && answer.get().eni() == eni && answer.get().key() == key;
        return right ? Optional.of(with(state, eni, Stands.held(answer.get()))) : Optional.empty();
    }

    private static Optional<Map<Integer, Stands>> changed(
            Map<Integer, Stands> state, int eni, boolean possible, State to, Object answer) {
        if (!answer.equals(possible)) {
            return Optional.empty();
        }
        return Optional.of(possible ? with(state, eni, Stands.in(to)) : state);
    }

    private static Optional<Map<Integer, Stands>> retired(Map<Integer, Stands> state, int eni, Object answer) {
        boolean possible = state.containsKey(eni) && !is(state, eni, State.HELD);
        if (!answer.equals(possible)) {
            return Optional.empty();
        }
        Map<Integer, Stands> after = new HashMap<>(state);
        if (possible) {
            after.remove(eni);
        }
        return Optional.of(after);
    }

    private static Optional<Map<Integer, Stands>> quarantined(Map<Integer, Stands> state, int eni, Object answer) {
        if (!answer.equals(state.containsKey(eni))) {
            return Optional.empty();
        }
        if (!state.containsKey(eni)) {
            return Optional.of(state);
        }
        Stands now = state.get(eni);
        return Optional.of(
                with(state, eni, now.state() == State.HELD ? now.quarantineNext(true) : Stands.in(State.QUARANTINED)));
    }

    private static Optional<Map<Integer, Stands>> reinstated(Map<Integer, Stands> state, int eni, Object answer) {
        Stands now = state.get(eni);
        if (now != null && now.state() == State.HELD) {
            return answer.equals(now.quarantineNext())
                    ? Optional.of(with(state, eni, now.quarantineNext(false)))
                    : Optional.empty();
        }
        return changed(state, eni, is(state, eni, State.QUARANTINED), State.FREE, answer);
    }

    private static Optional<Map<Integer, Stands>> stands(Map<Integer, Stands> state, int eni, Object answer) {
        Optional<?> standing = (Optional<?>) answer;
        if (standing.isEmpty() || !state.containsKey(eni)) {
            return standing.isEmpty() != state.containsKey(eni) ? Optional.of(state) : Optional.empty();
        }
        Standing<Integer, Integer> seen = typed(standing.get());
        Stands now = state.get(eni);
        return now.state() == seen.state() && now.lease().equals(seen.lease()) ? Optional.of(state) : Optional.empty();
    }

    private static Optional<Map<Integer, Stands>> snapshot(Map<Integer, Stands> state, List<?> answer) {
        boolean same = answer.size() == state.size();
        for (Object seen : answer) {
            Standing<Integer, Integer> standing = typed(seen);
            same &= stands(state, standing.eni(), Optional.of(standing)).isPresent();
        }
        return same ? Optional.of(state) : Optional.empty();
    }

    private static Map<Integer, Stands> with(Map<Integer, Stands> state, int eni, Stands stands) {
        Map<Integer, Stands> after = new HashMap<>(state);
        after.put(eni, stands);
        return after;
    }

    @SuppressWarnings("unchecked")
    private static Standing<Integer, Integer> typed(Object standing) {
        return (Standing<Integer, Integer>) standing;
    }

    @SuppressWarnings("unchecked")
    private static Optional<Lease<Integer, Integer>> lease(Object answer) {
        return (Optional<Lease<Integer, Integer>>) answer;
    }
}
