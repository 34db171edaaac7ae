package io.enim.core.stress;

import io.enim.testing.SequentialModel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a manager does when one thread uses it and nothing goes wrong. A state is the set of all that may be: which endpoint
 * holds which ENI, by number. Answers are text.
 *
 * <p>An ADD that was superseded may have held an ENI for a while: until the DEL that superseded it.
 */
final class ManagerModel implements SequentialModel<Set<Map<Integer, ManagerModel.Hold>>, ManagerCall, String> {
    static final String NONE = "none";
    static final String OK = "ok";
    /** The life holds another ENI than the required one. */
    static final String ANOTHER = "another";

    static final String SUPERSEDED = "superseded";

    /**
     * What a life holds.
     *
     * @param eni the ENI's number, from 1
     * @param passing whether a DEL is to follow, for the ADD was told so
     */
    record Hold(int eni, boolean passing) {}

    private final int enis;

    ManagerModel(int enis) {
        this.enis = enis;
    }

    @Override
    public Set<Map<Integer, Hold>> initial() {
        return Set.of(Map.of());
    }

    @Override
    public Optional<Set<Map<Integer, Hold>>> after(
            Set<Map<Integer, Hold>> states, ManagerCall managerCall, String answer) {
        Set<Map<Integer, Hold>> after = new HashSet<>();
        states.forEach(state -> after.addAll(
                switch (managerCall.verb()) {
                    case ADD -> added(state, managerCall.life(), answer);
                    case REQUIRE -> required(state, managerCall, answer);
                    case DEL -> answer.equals(OK) ? Set.of(deleted(state, managerCall.life())) : Set.of();
                    case CHECK ->
                        answer.equals(state.containsKey(managerCall.life()) ? OK : NONE) ? Set.of(state) : Set.of();
                    case LIST -> answer.equals(list(state)) ? Set.of(state) : Set.of();
                }));
        return after.isEmpty() ? Optional.empty() : Optional.of(withChecksEnded(after));
    }

    private static Map<Integer, Hold> deleted(Map<Integer, Hold> state, int life) {
        Hold held = state.get(life);
        return held == null ? state : checked(with(state, life, null), held.eni());
    }

    /** The state while the ENI is checked before it is offered again: it is held by a life that no call names. */
    private static Map<Integer, Hold> checked(Map<Integer, Hold> state, int eni) {
        return with(state, -eni, new Hold(eni, false));
    }

    /** Each check may have ended or not. */
    private Set<Map<Integer, Hold>> withChecksEnded(Set<Map<Integer, Hold>> states) {
        Set<Map<Integer, Hold>> all = states;
        for (int eni = 1; eni <= enis; eni++) {
            Set<Map<Integer, Hold>> next = new HashSet<>(all);
            for (Map<Integer, Hold> state : all) {
                next.add(with(state, -eni, null));
            }
            all = next;
        }
        return all;
    }

    private Set<Map<Integer, Hold>> added(Map<Integer, Hold> state, int life, String answer) {
        Hold held = state.get(life);
        if (answer.equals(SUPERSEDED)) {
            Set<Map<Integer, Hold>> after = new HashSet<>(Set.of(state));
            for (int eni = 1; eni <= enis && held == null; eni++) {
                if (isFree(state, eni)) {
                    after.add(with(state, life, new Hold(eni, true)));
                    after.add(checked(state, eni));
                }
            }
            return after;
        }
        if (answer.equals(NONE)) {
            return held == null && state.size() == enis ? Set.of(state) : Set.of();
        }
        int eni = Integer.parseInt(answer);
        if (held != null) {
            return held.equals(new Hold(eni, false)) ? Set.of(state) : Set.of();
        }
        return isFree(state, eni) ? Set.of(with(state, life, new Hold(eni, false))) : Set.of();
    }

    /** As an ADD on a node that has the required ENI alone. */
    private Set<Map<Integer, Hold>> required(Map<Integer, Hold> state, ManagerCall managerCall, String answer) {
        int life = managerCall.life();
        int eni = managerCall.required(enis);
        Hold held = state.get(life);
        if (answer.equals(ANOTHER)) {
            return held != null && held.eni() != eni ? Set.of(state) : Set.of();
        }
        if (answer.equals(NONE)) {
            return held == null && !isFree(state, eni) ? Set.of(state) : Set.of();
        }
        if (answer.equals(SUPERSEDED)) {
            return held == null && isFree(state, eni)
                    ? Set.of(state, with(state, life, new Hold(eni, true)), checked(state, eni))
                    : Set.of(state);
        }
        return answer.equals(Integer.toString(eni)) ? added(state, life, answer) : Set.of();
    }

    /** Nothing is passing when nothing is under way. */
    private static String list(Map<Integer, Hold> state) {
        Map<Integer, Integer> holders = new HashMap<>();
        state.forEach((life, hold) -> {
            if (life >= 0) {
                holders.put(life, hold.passing() ? -1 : hold.eni());
            }
        });
        return holders.toString();
    }

    private static boolean isFree(Map<Integer, Hold> state, int eni) {
        return state.values().stream().noneMatch(hold -> hold.eni() == eni);
    }

    /** The state after the life holds this, or nothing. */
    private static Map<Integer, Hold> with(Map<Integer, Hold> state, int life, @Nullable Hold hold) {
        Map<Integer, Hold> after = new HashMap<>(state);
        after.compute(life, (key, before) -> hold);
        return after;
    }
}
