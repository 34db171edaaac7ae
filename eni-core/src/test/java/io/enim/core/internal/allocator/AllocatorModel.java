package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.AllocatorCall.EndedLease;
import io.enim.core.internal.allocator.EniAllocator.State;
import io.enim.core.internal.allocator.EniAllocator.Status;
import io.enim.testing.SequentialModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The allocator when one thread uses it. Keys and ENIs are small numbers. The model allows any free ENI for a key: the
 * answer tells which.
 */
final class AllocatorModel implements SequentialModel<Map<Integer, AllocatorModel.ModelState>, AllocatorCall, Object> {
    /** The state of an ENI, and the lease that holds it. */
    record ModelState(State state, Optional<Lease<Integer, Integer>> lease, boolean quarantineNext) {
        static ModelState in(State state) {
            return new ModelState(state, Optional.empty(), false);
        }

        static ModelState held(Lease<Integer, Integer> lease) {
            return new ModelState(State.HELD, Optional.of(lease), false);
        }

        boolean heldBy(Integer key) {
            return lease.filter(held -> held.key().equals(key)).isPresent();
        }
    }

    private final int free;

    /** Begins with this many free ENIs, numbered from 0. */
    AllocatorModel(int free) {
        this.free = free;
    }

    @Override
    public Map<Integer, ModelState> initial() {
        Map<Integer, ModelState> state = new HashMap<>();
        for (int eni = 0; eni < free; eni++) {
            state.put(eni, ModelState.in(State.FREE));
        }
        return state;
    }

    @Override
    public Optional<Map<Integer, ModelState>> after(Map<Integer, ModelState> state, AllocatorCall call, Object answer) {
        int subject = call.subject();
        return switch (call.verb()) {
            case ALLOCATE -> allocated(state, subject, lease(answer));
            case LEASE -> answer.equals(lease(state, subject)) ? Optional.of(state) : Optional.empty();
            case RELEASE -> released(state, held(state, subject), State.FREE, answer);
            case RELEASE_TO_COOLDOWN -> released(state, held(state, subject), State.COOLING_DOWN, answer);
            case RELEASE_LEASE -> endedLease(state, answer);
            case ADD -> changed(state, subject, !state.containsKey(subject), State.FREE, answer);
            case ADD_COOLING_DOWN -> changed(state, subject, !state.containsKey(subject), State.COOLING_DOWN, answer);
            case ADOPT -> adopted(state, subject, call.key(), lease(answer));
            case REUSE -> changed(state, subject, is(state, subject, State.COOLING_DOWN), State.FREE, answer);
            case RETIRE -> retired(state, subject, answer);
            case QUARANTINE -> quarantined(state, subject, answer);
            case STATUS -> statusMatches(state, subject, answer);
            case SNAPSHOT -> snapshot(state, (List<?>) answer);
        };
    }

    private static Optional<Integer> held(Map<Integer, ModelState> state, int key) {
        return state.entrySet().stream()
                .filter(entry -> entry.getValue().heldBy(key))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static Optional<Lease<Integer, Integer>> lease(Map<Integer, ModelState> state, int key) {
        return held(state, key).flatMap(eni -> state.get(eni).lease());
    }

    private static boolean is(Map<Integer, ModelState> state, int eni, State wanted) {
        return state.containsKey(eni) && state.get(eni).state() == wanted;
    }

    private static Optional<Map<Integer, ModelState>> allocated(
            Map<Integer, ModelState> state, int key, Optional<Lease<Integer, Integer>> answer) {
        if (held(state, key).isPresent()) {
            return answer.equals(lease(state, key)) ? Optional.of(state) : Optional.empty();
        }
        if (answer.isEmpty()) {
            boolean exhausted = state.values().stream().noneMatch(modelState -> modelState.state() == State.FREE);
            return exhausted ? Optional.of(state) : Optional.empty();
        }
        int eni = answer.get().eni();
        return is(state, eni, State.FREE) && answer.get().key() == key
                ? Optional.of(with(state, eni, ModelState.held(answer.get())))
                : Optional.empty();
    }

    private static Optional<Map<Integer, ModelState>> released(
            Map<Integer, ModelState> state, Optional<Integer> held, State to, Object answer) {
        if (!answer.equals(held.isPresent())) {
            return Optional.empty();
        }
        return Optional.of(held.map(eni ->
                        with(state, eni, ModelState.in(state.get(eni).quarantineNext() ? State.QUARANTINED : to)))
                .orElse(state));
    }

    private static Optional<Map<Integer, ModelState>> endedLease(Map<Integer, ModelState> state, Object answer) {
        EndedLease ended = (EndedLease) answer;
        if (ended.lease().isEmpty()) {
            return Optional.of(state);
        }
        Optional<Integer> live = held(state, ended.lease().get().key())
                .filter(eni -> state.get(eni).lease().equals(ended.lease()));
        return released(state, live, State.FREE, ended.first());
    }

    private static Optional<Map<Integer, ModelState>> adopted(
            Map<Integer, ModelState> state, int eni, int key, Optional<Lease<Integer, Integer>> answer) {
        boolean possible = !state.containsKey(eni) && held(state, key).isEmpty();
        if (answer.isEmpty()) {
            return possible ? Optional.empty() : Optional.of(state);
        }
        boolean right = possible && answer.get().eni() == eni && answer.get().key() == key;
        return right ? Optional.of(with(state, eni, ModelState.held(answer.get()))) : Optional.empty();
    }

    private static Optional<Map<Integer, ModelState>> changed(
            Map<Integer, ModelState> state, int eni, boolean possible, State to, Object answer) {
        if (!answer.equals(possible)) {
            return Optional.empty();
        }
        return Optional.of(possible ? with(state, eni, ModelState.in(to)) : state);
    }

    private static Optional<Map<Integer, ModelState>> retired(Map<Integer, ModelState> state, int eni, Object answer) {
        boolean possible = state.containsKey(eni) && !is(state, eni, State.HELD);
        if (!answer.equals(possible)) {
            return Optional.empty();
        }
        Map<Integer, ModelState> after = new HashMap<>(state);
        if (possible) {
            after.remove(eni);
        }
        return Optional.of(after);
    }

    private static Optional<Map<Integer, ModelState>> quarantined(
            Map<Integer, ModelState> state, int eni, Object answer) {
        if (!answer.equals(state.containsKey(eni))) {
            return Optional.empty();
        }
        if (!state.containsKey(eni)) {
            return Optional.of(state);
        }
        ModelState now = state.get(eni);
        ModelState after = now.state() == State.HELD
                ? new ModelState(State.HELD, now.lease(), true)
                : ModelState.in(State.QUARANTINED);
        return Optional.of(with(state, eni, after));
    }

    private static Optional<Map<Integer, ModelState>> statusMatches(
            Map<Integer, ModelState> state, int eni, Object answer) {
        Optional<?> status = (Optional<?>) answer;
        if (status.isEmpty() || !state.containsKey(eni)) {
            return status.isEmpty() != state.containsKey(eni) ? Optional.of(state) : Optional.empty();
        }
        Status<Integer, Integer> seen = typed(status.get());
        ModelState now = state.get(eni);
        return now.state() == seen.state() && now.lease().equals(seen.lease()) ? Optional.of(state) : Optional.empty();
    }

    private static Optional<Map<Integer, ModelState>> snapshot(Map<Integer, ModelState> state, List<?> answer) {
        boolean same = answer.size() == state.size();
        for (Object seen : answer) {
            Status<Integer, Integer> status = typed(seen);
            same &= statusMatches(state, status.eni(), Optional.of(status)).isPresent();
        }
        return same ? Optional.of(state) : Optional.empty();
    }

    private static Map<Integer, ModelState> with(Map<Integer, ModelState> state, int eni, ModelState modelState) {
        Map<Integer, ModelState> after = new HashMap<>(state);
        after.put(eni, modelState);
        return after;
    }

    @SuppressWarnings("unchecked")
    private static Status<Integer, Integer> typed(Object status) {
        return (Status<Integer, Integer>) status;
    }

    @SuppressWarnings("unchecked")
    private static Optional<Lease<Integer, Integer>> lease(Object answer) {
        return (Optional<Lease<Integer, Integer>>) answer;
    }
}
