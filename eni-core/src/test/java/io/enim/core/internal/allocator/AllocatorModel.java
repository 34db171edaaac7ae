package io.enim.core.internal.allocator;

import io.enim.core.check.SequentialModel;
import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import io.enim.core.internal.allocator.EniAllocator.State;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** What the allocator does when one thread uses it. Keys and ENIs are small numbers. */
final class AllocatorModel implements SequentialModel<Map<Integer, AllocatorModel.Stands>, AllocatorModel.Ask, Object> {
    /** How an ENI stands; the key is that of the holder, or -1. */
    record Stands(State state, int key, boolean quarantineNext) {}

    /** The operations. */
    enum Verb {
        ALLOCATE,
        RELEASE,
        RELEASE_TO_REST,
        ADD,
        REUSE,
        RETIRE,
        QUARANTINE,
        REINSTATE
    }

    /** An operation on a key, or on an ENI. */
    record Ask(Verb verb, int subject) {
        @Override
        public String toString() {
            return verb.name().toLowerCase(Locale.ROOT) + "(" + subject + ")";
        }

        /** An operation by chance: mostly allocate and release. */
        static Ask random(Random random, int keys, int enis) {
            int draw = random.nextInt(20);
            Verb verb = draw < 8
                    ? Verb.ALLOCATE
                    : draw < 13 ? Verb.RELEASE : Verb.values()[2 + random.nextInt(Verb.values().length - 2)];
            boolean onKey = verb == Verb.ALLOCATE || verb == Verb.RELEASE || verb == Verb.RELEASE_TO_REST;
            return new Ask(verb, random.nextInt(onKey ? keys : enis));
        }
    }

    private final int free;

    /** Begins with this many free ENIs, numbered from 0. */
    AllocatorModel(int free) {
        this.free = free;
    }

    static Object ask(EniAllocator<Integer, Integer> allocator, Ask ask) {
        int subject = ask.subject();
        return switch (ask.verb()) {
            case ALLOCATE -> allocator.allocate(subject).map(Lease::eni).orElse(-1);
            case RELEASE -> allocator.release(Integer.valueOf(subject), ReleaseTo.FREE);
            case RELEASE_TO_REST -> allocator.release(Integer.valueOf(subject), ReleaseTo.RESTING);
            case ADD -> allocator.add(subject);
            case REUSE -> allocator.reuse(subject);
            case RETIRE -> allocator.retire(subject);
            case QUARANTINE -> allocator.quarantine(subject);
            case REINSTATE -> allocator.reinstate(subject);
        };
    }

    @Override
    public Map<Integer, Stands> initial() {
        Map<Integer, Stands> state = new HashMap<>();
        for (int eni = 0; eni < free; eni++) {
            state.put(eni, new Stands(State.FREE, -1, false));
        }
        return state;
    }

    @Override
    public Optional<Map<Integer, Stands>> after(Map<Integer, Stands> state, Ask ask, Object answer) {
        int subject = ask.subject();
        return switch (ask.verb()) {
            case ALLOCATE -> allocated(state, subject, (Integer) answer);
            case RELEASE -> released(state, subject, State.FREE, (Boolean) answer);
            case RELEASE_TO_REST -> released(state, subject, State.RESTING, (Boolean) answer);
            case ADD -> changed(state, subject, !state.containsKey(subject), State.FREE, answer);
            case REUSE -> changed(state, subject, is(state, subject, State.RESTING), State.FREE, answer);
            case RETIRE -> retired(state, subject, (Boolean) answer);
            case QUARANTINE -> quarantined(state, subject, (Boolean) answer);
            case REINSTATE -> reinstated(state, subject, answer);
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

    private static Optional<Map<Integer, Stands>> allocated(Map<Integer, Stands> state, int key, int eni) {
        Optional<Integer> held = held(state, key);
        if (held.isPresent()) {
            return held.get() == eni ? Optional.of(state) : Optional.empty();
        }
        if (eni < 0) {
            return state.values().stream().noneMatch(stands -> stands.state() == State.FREE)
                    ? Optional.of(state)
                    : Optional.empty();
        }
        return is(state, eni, State.FREE)
                ? Optional.of(with(state, eni, new Stands(State.HELD, key, false)))
                : Optional.empty();
    }

    private static Optional<Map<Integer, Stands>> released(
            Map<Integer, Stands> state, int key, State to, boolean answer) {
        Optional<Integer> held = held(state, key);
        if (held.isPresent() != answer) {
            return Optional.empty();
        }
        return Optional.of(held.map(eni -> with(
                        state, eni, new Stands(state.get(eni).quarantineNext() ? State.QUARANTINED : to, -1, false)))
                .orElse(state));
    }

    private static Optional<Map<Integer, Stands>> changed(
            Map<Integer, Stands> state, int eni, boolean possible, State to, Object answer) {
        if (!answer.equals(possible)) {
            return Optional.empty();
        }
        return Optional.of(possible ? with(state, eni, new Stands(to, -1, false)) : state);
    }

    private static Optional<Map<Integer, Stands>> retired(Map<Integer, Stands> state, int eni, boolean answer) {
        boolean possible = state.containsKey(eni) && !is(state, eni, State.HELD);
        if (answer != possible) {
            return Optional.empty();
        }
        Map<Integer, Stands> after = new HashMap<>(state);
        if (possible) {
            after.remove(eni);
        }
        return Optional.of(after);
    }

    private static Optional<Map<Integer, Stands>> quarantined(Map<Integer, Stands> state, int eni, boolean answer) {
        if (answer != state.containsKey(eni)) {
            return Optional.empty();
        }
        if (!answer) {
            return Optional.of(state);
        }
        Stands now = state.get(eni);
        return Optional.of(with(
                state,
                eni,
                now.state() == State.HELD
                        ? new Stands(State.HELD, now.key(), true)
                        : new Stands(State.QUARANTINED, -1, false)));
    }

    private static Optional<Map<Integer, Stands>> reinstated(Map<Integer, Stands> state, int eni, Object answer) {
        Stands now = state.get(eni);
        if (now != null && now.state() == State.HELD) {
            return answer.equals(now.quarantineNext())
                    ? Optional.of(with(state, eni, new Stands(State.HELD, now.key(), false)))
                    : Optional.empty();
        }
        return changed(state, eni, is(state, eni, State.QUARANTINED), State.FREE, answer);
    }

    private static Map<Integer, Stands> with(Map<Integer, Stands> state, int eni, Stands stands) {
        Map<Integer, Stands> after = new HashMap<>(state);
        after.put(eni, stands);
        return after;
    }
}
