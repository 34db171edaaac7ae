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
 * open: the answer says, and the model judges. A lease that was never seen before is any object.
 */
final class AllocatorModel implements SequentialModel<Map<Integer, AllocatorModel.Stands>, Ask, Object> {
    private static final int NOBODY = -1;

    /** How an ENI stands; with the key of the holder, and its lease as far as it is known. */
    record Stands(State state, int key, Optional<Object> lease, boolean quarantineNext) {
        static Stands in(State state) {
            return new Stands(state, NOBODY, Optional.empty(), false);
        }

        boolean heldBy(Lease<Integer, Integer> shown, int eni) {
            return state == State.HELD
                    && key == shown.key()
                    && eni == shown.eni()
                    && lease.map(known -> known.equals(shown)).orElse(true);
        }

        Stands with(Lease<Integer, Integer> shown) {
            return new Stands(state, key, Optional.of(shown), quarantineNext);
        }

        Stands quarantineNext(boolean quarantine) {
            return new Stands(state, key, lease, quarantine);
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
            case LEASE -> shown(state, subject, lease(answer));
            case RELEASE -> released(state, held(state, subject), State.FREE, answer);
            case RELEASE_TO_REST -> released(state, held(state, subject), State.RESTING, answer);
            case RELEASE_LEASE -> endedLease(state, answer);
            case ADD -> changed(state, subject, !state.containsKey(subject), State.FREE, answer);
            case ADD_RESTING -> changed(state, subject, !state.containsKey(subject), State.RESTING, answer);
            case ADOPT -> adopted(state, subject, ask.key(), answer);
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
                .filter(entry -> entry.getValue().key() == key)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean is(Map<Integer, Stands> state, int eni, State wanted) {
        return state.containsKey(eni) && state.get(eni).state() == wanted;
    }

    private static Optional<Map<Integer, Stands>> allocated(
            Map<Integer, Stands> state, int key, Optional<Lease<Integer, Integer>> answer) {
        if (held(state, key).isPresent()) {
            return shown(state, key, answer);
        }
        if (answer.isEmpty()) {
            boolean exhausted = state.values().stream().noneMatch(stands -> stands.state() == State.FREE);
            return exhausted ? Optional.of(state) : Optional.empty();
        }
        int eni = answer.get().eni();
        return is(state, eni, State.FREE) && answer.get().key() == key
                ? Optional.of(with(state, eni, new Stands(State.HELD, key, Optional.of(answer.get()), false)))
                : Optional.empty();
    }

    private static Optional<Map<Integer, Stands>> shown(
            Map<Integer, Stands> state, int key, Optional<Lease<Integer, Integer>> answer) {
        Optional<Integer> held = held(state, key);
        if (held.isEmpty() || answer.isEmpty()) {
            return held.isEmpty() == answer.isEmpty() ? Optional.of(state) : Optional.empty();
        }
        Stands stands = state.get(held.get());
        return stands.heldBy(answer.get(), held.get())
                ? Optional.of(with(state, held.get(), stands.with(answer.get())))
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
        Lease<Integer, Integer> lease = ended.lease().get();
        Optional<Integer> live =
                held(state, lease.key()).filter(eni -> state.get(eni).heldBy(lease, eni));
        return released(state, live, State.FREE, ended.first());
    }

    private static Optional<Map<Integer, Stands>> adopted(Map<Integer, Stands> state, int eni, int key, Object answer) {
        boolean possible = !state.containsKey(eni) && held(state, key).isEmpty();
        if (!answer.equals(possible)) {
            return Optional.empty();
        }
        return Optional.of(possible ? with(state, eni, new Stands(State.HELD, key, Optional.empty(), false)) : state);
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
        boolean same = now.state() == seen.state()
                && seen.lease().map(lease -> now.heldBy(lease, eni)).orElse(now.state() != State.HELD);
        return same
                ? Optional.of(seen.lease()
                        .map(lease -> with(state, eni, now.with(lease)))
                        .orElse(state))
                : Optional.empty();
    }

    private static Optional<Map<Integer, Stands>> snapshot(Map<Integer, Stands> state, List<?> answer) {
        Optional<Map<Integer, Stands>> after = answer.size() == state.size() ? Optional.of(state) : Optional.empty();
        for (Object seen : answer) {
            Standing<Integer, Integer> standing = typed(seen);
            after = after.flatMap(now -> stands(now, standing.eni(), Optional.of(standing)));
        }
        return after;
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
