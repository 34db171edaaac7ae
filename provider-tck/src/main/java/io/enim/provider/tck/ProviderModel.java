package io.enim.provider.tck;

import io.enim.Endpoint;
import io.enim.testing.SequentialModel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A correct provider that one thread uses; its answer is an ENI's id, or empty for none and for a deallocation.
 *
 * @param initiallyFree the ENIs that are free at first
 * @param afterRelease the state of a released ENI
 */
record ProviderModel(Set<String> initiallyFree, AfterRelease afterRelease)
        implements SequentialModel<ProviderModel.State, ProviderModel.Call, Optional<String>> {
    enum Kind {
        ALLOCATE,
        DEALLOCATE
    }

    /** A call. */
    record Call(Kind kind, Endpoint endpoint) {
        @Override
        public String toString() {
            return (kind == Kind.ALLOCATE ? "allocate(" : "deallocate(") + endpoint.name() + ")";
        }
    }

    /** The state of a released ENI. */
    enum AfterRelease {
        /** The next endpoint gets it at once, and "none" would be wrong. */
        FREE,
        /** The next endpoint gets it, or none. */
        MAYBE_COOLING_DOWN
    }

    /**
     * What a correct provider knows.
     *
     * @param held the ENIs by holder
     * @param free the free ENIs
     * @param coolingDown the ENIs that may be free or not yet
     */
    record State(Map<Endpoint, String> held, Set<String> free, Set<String> coolingDown) {
        State {
            held = Map.copyOf(held);
            free = Set.copyOf(free);
            coolingDown = Set.copyOf(coolingDown);
        }
    }

    @Override
    public State initial() {
        return new State(Map.of(), initiallyFree, Set.of());
    }

    @Override
    public Optional<State> after(State state, Call call, Optional<String> answer) {
        String has = state.held().get(call.endpoint());
        if (call.kind() == Kind.ALLOCATE) {
            return allocated(state, call.endpoint(), has, answer);
        }
        return Optional.of(has == null ? state : deallocated(state, call.endpoint(), has));
    }

    private static Optional<State> allocated(
            State state, Endpoint endpoint, @Nullable String has, Optional<String> answer) {
        if (answer.isEmpty()) {
            return has == null && state.free().isEmpty() ? Optional.of(state) : Optional.empty();
        }
        String id = answer.get();
        if (has != null) {
            return has.equals(id) ? Optional.of(state) : Optional.empty();
        }
        if (!state.free().contains(id) && !state.coolingDown().contains(id)) {
            return Optional.empty();
        }
        Map<Endpoint, String> holders = new HashMap<>(state.held());
        holders.put(endpoint, id);
        return Optional.of(new State(holders, without(state.free(), id), without(state.coolingDown(), id)));
    }

    private State deallocated(State state, Endpoint endpoint, String id) {
        Map<Endpoint, String> holders = new HashMap<>(state.held());
        holders.remove(endpoint);
        return afterRelease == AfterRelease.FREE
                ? new State(holders, with(state.free(), id), state.coolingDown())
                : new State(holders, state.free(), with(state.coolingDown(), id));
    }

    private static Set<String> with(Set<String> ids, String id) {
        Set<String> more = new HashSet<>(ids);
        more.add(id);
        return more;
    }

    private static Set<String> without(Set<String> ids, String id) {
        Set<String> fewer = new HashSet<>(ids);
        fewer.remove(id);
        return fewer;
    }
}
