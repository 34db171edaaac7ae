// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.tck;

import io.enim.Endpoint;
import io.enim.testing.SequentialModel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A correct provider that one thread uses; its answer is an ENI's id, or empty for none and for a deallocation. */
record ProviderModel(Set<String> initiallyFree, AfterRelease afterRelease)
        implements SequentialModel<ProviderModel.State, ProviderModel.Call, Optional<String>> {
    enum Kind {
        ALLOCATE,
        /** Of one certain ENI. */
        REQUIRE,
        DEALLOCATE
    }

    /** A call; of a requirement with the id of the ENI, else with an empty text. */
    record Call(Kind kind, Endpoint endpoint, String required) {
        @Override
        public String toString() {
            String arguments = required.isEmpty() ? endpoint.name() : endpoint.name() + ", " + required;
            return kind.name().toLowerCase(Locale.ROOT) + "(" + arguments + ")";
        }
    }

    /** The state of a released ENI. */
    enum AfterRelease {
        /** The next endpoint gets it at once, and "none" would be wrong. */
        FREE,
        /** The next endpoint gets it, or none. */
        MAYBE_COOLING_DOWN
    }

    /** The held ENIs by holder, and the free ones. What is neither cools down, and may be free already. */
    record State(Map<Endpoint, String> held, Set<String> free) {}

    @Override
    public State initial() {
        return new State(Map.of(), initiallyFree);
    }

    @Override
    public Optional<State> after(State state, Call call, Optional<String> answer) {
        String has = state.held().get(call.endpoint());
        return switch (call.kind()) {
            case ALLOCATE ->
                allocated(state, call.endpoint(), has, answer, state.free().isEmpty());
            case REQUIRE ->
                answer.equals(Optional.of(call.required())) || answer.equals(Optional.ofNullable(has))
                        ? allocated(
                                state,
                                call.endpoint(),
                                has,
                                answer,
                                !state.free().contains(call.required()))
                        : Optional.empty();
            case DEALLOCATE -> Optional.of(has == null ? state : deallocated(state, call.endpoint(), has));
        };
    }

    private Optional<State> allocated(
            State state, Endpoint endpoint, @Nullable String has, Optional<String> answer, boolean mayBeRefused) {
        if (answer.isEmpty()) {
            return has == null && mayBeRefused ? Optional.of(state) : Optional.empty();
        }
        String id = answer.get();
        if (has != null) {
            return has.equals(id) ? Optional.of(state) : Optional.empty();
        }
        if (!initiallyFree.contains(id) || state.held().containsValue(id)) {
            return Optional.empty();
        }
        Map<Endpoint, String> held = new HashMap<>(state.held());
        held.put(endpoint, id);
        Set<String> free = new HashSet<>(state.free());
        free.remove(id);
        return Optional.of(new State(held, free));
    }

    private State deallocated(State state, Endpoint endpoint, String id) {
        Map<Endpoint, String> held = new HashMap<>(state.held());
        held.remove(endpoint);
        Set<String> free = new HashSet<>(state.free());
        if (afterRelease == AfterRelease.FREE) {
            free.add(id);
        }
        return new State(held, free);
    }
}
