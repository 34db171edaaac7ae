package io.enim.provider.tck;

import io.enim.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Calls that overlapped, and whether some order of them explains every answer: each call takes effect at one moment
 * between its begin and its end (Herlihy and Wing's linearizability, searched as Wing and Gong do).
 */
final class LinearizableHistory {
    /** What was asked. */
    enum Kind {
        ALLOCATE,
        DEALLOCATE
    }

    /**
     * A call that ended.
     *
     * @param answer the ENI; empty for none, and for a deallocation
     * @param began its place among all begins and ends
     * @param ended likewise
     */
    record RecordedCall(int thread, Kind kind, Endpoint endpoint, Optional<String> answer, long began, long ended) {
        @Override
        public String toString() {
            String asked = kind == Kind.ALLOCATE ? "allocate" : "deallocate";
            String said = kind == Kind.ALLOCATE ? " -> " + answer.orElse("none") : "";
            return "[" + began + ".." + ended + "] thread " + thread + ": " + asked + "(" + endpoint.name() + ")"
                    + said;
        }
    }

    /** The state of an ENI that is given back. */
    enum AfterRelease {
        /** It may be allocated at once, and "none" would be wrong. */
        FREE,
        /** It may cool down for a while: it may be allocated or not. */
        MAYBE_COOLING_DOWN
    }

    /**
     * What a correct provider knows.
     *
     * @param held the ENI of each holder
     * @param free ENIs that may be allocated, and must be before "none" is right
     * @param coolingDown ENIs that may be allocated or not
     */
    private record State(Map<Endpoint, String> held, Set<String> free, Set<String> coolingDown) {
        State {
            held = Map.copyOf(held);
            free = Set.copyOf(free);
            coolingDown = Set.copyOf(coolingDown);
        }

        Optional<State> after(RecordedCall recordedCall, AfterRelease afterRelease) {
            String has = held.get(recordedCall.endpoint());
            return recordedCall.kind() == Kind.DEALLOCATE
                    ? Optional.of(has == null ? this : afterDeallocate(recordedCall.endpoint(), has, afterRelease))
                    : allocated(recordedCall, has);
        }

        private Optional<State> allocated(RecordedCall recordedCall, @Nullable String has) {
            if (recordedCall.answer().isEmpty()) {
                return has == null && free.isEmpty() ? Optional.of(this) : Optional.empty();
            }
            String id = recordedCall.answer().get();
            if (has != null) {
                return has.equals(id) ? Optional.of(this) : Optional.empty();
            }
            return free.contains(id) || coolingDown.contains(id)
                    ? Optional.of(afterAllocate(recordedCall.endpoint(), id))
                    : Optional.empty();
        }

        private State afterAllocate(Endpoint endpoint, String id) {
            Map<Endpoint, String> holders = new HashMap<>(held);
            holders.put(endpoint, id);
            return new State(holders, without(free, id), without(coolingDown, id));
        }

        private State afterDeallocate(Endpoint endpoint, String id, AfterRelease afterRelease) {
            Map<Endpoint, String> holders = new HashMap<>(held);
            holders.remove(endpoint);
            return afterRelease == AfterRelease.FREE
                    ? new State(holders, with(free, id), coolingDown)
                    : new State(holders, free, with(coolingDown, id));
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

    private record SearchNode(long done, State state) {}

    private final List<RecordedCall> calls;
    private final AfterRelease afterRelease;
    private final Set<SearchNode> deadEnds = new HashSet<>();

    private LinearizableHistory(List<RecordedCall> calls, AfterRelease afterRelease) {
        this.calls = new ArrayList<>(calls);
        this.afterRelease = afterRelease;
    }

    /**
     * Whether some order explains the calls; at most 63.
     *
     * @param free the ENIs that were free before the first
     */
    static boolean isExplained(List<RecordedCall> calls, Set<String> free, AfterRelease afterRelease) {
        return new LinearizableHistory(calls, afterRelease).search(0, new State(Map.of(), free, Set.of()));
    }

    private boolean search(long done, State state) {
        if (done == (1L << calls.size()) - 1) {
            return true;
        }
        if (!deadEnds.add(new SearchNode(done, state))) {
            return false;
        }
        long firstEnd = Long.MAX_VALUE;
        for (int i = 0; i < calls.size(); i++) {
            if ((done & 1L << i) == 0) {
                firstEnd = Math.min(firstEnd, calls.get(i).ended());
            }
        }
        for (int i = 0; i < calls.size(); i++) {
            // What began after another one had ended cannot come before it.
            if ((done & 1L << i) == 0 && calls.get(i).began() < firstEnd) {
                Optional<State> next = state.after(calls.get(i), afterRelease);
                if (next.isPresent() && search(done | 1L << i, next.get())) {
                    return true;
                }
            }
        }
        return false;
    }
}
