package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.AllocatorCall.EndedLease;
import io.enim.core.internal.allocator.EniAllocator.Granted;
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
 *
 * @param free the number of free ENIs at first, numbered from 0
 */
record AllocatorModel(int free) implements SequentialModel<AllocatorModel.Enis, AllocatorCall, Object> {
    /** The state of an ENI, and the lease that holds it, or held it before it cooled down. */
    record ModelState(State state, Optional<Lease<Integer, Integer>> latest, boolean quarantineNext) {
        static ModelState in(State state) {
            return new ModelState(state, Optional.empty(), false);
        }

        static ModelState held(Lease<Integer, Integer> lease) {
            return new ModelState(State.HELD, Optional.of(lease), false);
        }

        Optional<Lease<Integer, Integer>> lease() {
            return latest.filter(lease -> state == State.HELD);
        }

        ModelState released(State to) {
            State next = quarantineNext ? State.QUARANTINED : to;
            return next == State.COOLING_DOWN ? new ModelState(next, latest, false) : in(next);
        }

        boolean isFor(int key) {
            boolean isKeys = latest.filter(lease -> lease.key() == key).isPresent();
            return state == State.FREE || state == State.COOLING_DOWN && isKeys;
        }
    }

    @Override
    public Enis initial() {
        Map<Integer, ModelState> all = new HashMap<>();
        for (int eni = 0; eni < free; eni++) {
            all.put(eni, ModelState.in(State.FREE));
        }
        return new Enis(all);
    }

    @Override
    public Optional<Enis> after(Enis enis, AllocatorCall call, Object answer) {
        int subject = call.subject();
        return switch (call.verb()) {
            case ALLOCATE -> enis.allocated(subject, lease(answer));
            case LEASE -> enis.onlyIf(answer.equals(enis.lease(subject)));
            case RELEASE, RELEASE_TO_LAST -> enis.released(enis.held(subject), State.FREE, answer);
            case RELEASE_TO_COOLDOWN -> enis.released(enis.held(subject), State.COOLING_DOWN, answer);
            case RELEASE_LEASE -> enis.endedLease((EndedLease) answer);
            case ADD -> enis.changed(subject, !enis.has(subject), State.FREE, answer);
            case ADD_COOLING_DOWN -> enis.changed(subject, !enis.has(subject), State.COOLING_DOWN, answer);
            case ADOPT -> enis.adopted(subject, call.key(), lease(answer));
            case ALLOCATE_ENI -> enis.granted(subject, call.key(), granted(answer));
            case REUSE -> enis.changed(subject, enis.is(subject, State.COOLING_DOWN), State.FREE, answer);
            case RETIRE -> enis.retired(subject, answer);
            case QUARANTINE -> enis.quarantined(subject, answer);
            case STATUS -> enis.onlyIf(answer.equals(enis.status(subject)));
            case SNAPSHOT -> enis.onlyIf(enis.isSnapshot((List<?>) answer));
        };
    }

    @SuppressWarnings("unchecked")
    private static Optional<Lease<Integer, Integer>> lease(Object answer) {
        return (Optional<Lease<Integer, Integer>>) answer;
    }

    @SuppressWarnings("unchecked")
    private static Granted<Integer, Integer> granted(Object answer) {
        return (Granted<Integer, Integer>) answer;
    }

    /** The ENIs that are there, by number. What is empty is no answer that an allocator may give. */
    record Enis(Map<Integer, ModelState> all) {
        private Optional<Enis> onlyIf(boolean allowed) {
            return allowed ? Optional.of(this) : Optional.empty();
        }

        private Enis with(int eni, ModelState modelState) {
            Map<Integer, ModelState> after = new HashMap<>(all);
            after.put(eni, modelState);
            return new Enis(after);
        }

        private boolean has(int eni) {
            return all.containsKey(eni);
        }

        private boolean is(int eni, State wanted) {
            return has(eni) && all.get(eni).state() == wanted;
        }

        private Optional<Integer> held(int key) {
            return all.keySet().stream()
                    .filter(eni -> all.get(eni)
                            .lease()
                            .filter(lease -> lease.key() == key)
                            .isPresent())
                    .findFirst();
        }

        private Optional<Lease<Integer, Integer>> lease(int key) {
            return held(key).flatMap(eni -> all.get(eni).lease());
        }

        private Optional<Enis> allocated(int key, Optional<Lease<Integer, Integer>> answer) {
            if (held(key).isPresent()) {
                return onlyIf(answer.equals(lease(key)));
            }
            if (answer.isEmpty()) {
                return onlyIf(all.keySet().stream().noneMatch(eni -> is(eni, State.FREE)));
            }
            int eni = answer.get().eni();
            return with(eni, ModelState.held(answer.get()))
                    .onlyIf(is(eni, State.FREE) && answer.get().key() == key);
        }

        private Optional<Enis> granted(int eni, int key, Granted<Integer, Integer> answer) {
            if (held(key).isPresent()) {
                return onlyIf(answer.lease().equals(lease(key)));
            }
            if (!has(eni) || !all.get(eni).isFor(key)) {
                return onlyIf(answer.lease().isEmpty() && answer.instead().equals(status(eni)));
            }
            return answer.lease()
                    .filter(lease -> lease.eni() == eni && lease.key() == key)
                    .map(lease -> with(eni, ModelState.held(lease)));
        }

        private Optional<Enis> released(Optional<Integer> held, State to, Object answer) {
            return held.map(eni -> with(eni, all.get(eni).released(to)))
                    .orElse(this)
                    .onlyIf(answer.equals(held.isPresent()));
        }

        private Optional<Enis> endedLease(EndedLease ended) {
            if (ended.lease().isEmpty()) {
                return Optional.of(this);
            }
            Optional<Integer> live = held(ended.lease().get().key())
                    .filter(eni -> all.get(eni).lease().equals(ended.lease()));
            return released(live, State.FREE, ended.first());
        }

        private Optional<Enis> adopted(int eni, int key, Optional<Lease<Integer, Integer>> answer) {
            boolean possible = !has(eni) && held(key).isEmpty();
            if (answer.isEmpty()) {
                return onlyIf(!possible);
            }
            boolean right =
                    possible && answer.get().eni() == eni && answer.get().key() == key;
            return with(eni, ModelState.held(answer.get())).onlyIf(right);
        }

        private Optional<Enis> changed(int eni, boolean possible, State to, Object answer) {
            Enis after = possible ? with(eni, ModelState.in(to)) : this;
            return after.onlyIf(answer.equals(possible));
        }

        private Optional<Enis> retired(int eni, Object answer) {
            boolean possible = has(eni) && !is(eni, State.HELD);
            Map<Integer, ModelState> after = new HashMap<>(all);
            if (possible) {
                after.remove(eni);
            }
            return new Enis(after).onlyIf(answer.equals(possible));
        }

        private Optional<Enis> quarantined(int eni, Object answer) {
            if (!has(eni)) {
                return onlyIf(answer.equals(false));
            }
            ModelState now = all.get(eni);
            ModelState next = is(eni, State.HELD)
                    ? new ModelState(State.HELD, now.latest(), true)
                    : ModelState.in(State.QUARANTINED);
            return with(eni, next).onlyIf(answer.equals(true));
        }

        private Optional<Status<Integer, Integer>> status(int eni) {
            return Optional.ofNullable(all.get(eni)).map(now -> new Status<>(eni, now.state(), now.lease()));
        }

        private boolean isSnapshot(List<?> answer) {
            return answer.size() == all.size()
                    && all.keySet().stream()
                            .allMatch(eni -> answer.contains(status(eni).orElseThrow()));
        }
    }
}
