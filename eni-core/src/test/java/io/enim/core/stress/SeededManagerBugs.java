package io.enim.core.stress;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.DeadlineExceededException;
import io.enim.DeviceException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.GcReport;
import io.enim.GcRequest;
import io.enim.core.WithoutWish;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import io.enim.spi.ReturnReport.Location;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** Bugs, one each, to see that the checks catch them. */
final class SeededManagerBugs {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private SeededManagerBugs() {}

    /** A DEL ends every life of its pod, whatever container it names. */
    static final class DelForgetsTheContainer extends SeededManagerBug {
        public void del(Endpoint endpoint) {
            boolean holdsAnother = manager.assignments().stream()
                    .map(Assignment::endpoint)
                    .anyMatch(one -> !one.equals(endpoint) && one.isNamed(endpoint.namespace(), endpoint.name()));
            manager.del(endpoint.namespace(), endpoint.name());
            if (holdsAnother) {
                strike();
            }
        }
    }

    /** An ADD gets any ENI, also where it requires one. */
    static final class AddForgetsTheWish extends SeededManagerBug {
        public Assignment add(AddRequest request) {
            return manager.add(WithoutWish.of(request));
        }
    }

    /** Garbage collection takes every endpoint for dead. */
    static final class GcFreesTheLiving extends SeededManagerBug {
        public GcReport gc(GcRequest request) {
            if (!manager.assignments().isEmpty()) {
                strike();
            }
            return manager.gc(GcRequest.valid(Set.of()));
        }
    }

    /** A DEL begins in its caller's thread, without waiting for its turn. */
    static final class DelIgnoresItsTurn extends SeededManagerBug {
        public void del(Endpoint endpoint) {
            manager.assignments().stream()
                    .filter(one -> one.endpoint().equals(endpoint))
                    .flatMap(one -> one.baseline().stream())
                    .forEach(baseline -> {
                        strike();
                        watched.returnToHost(baseline, Optional.empty(), TIMEOUT);
                    });
            manager.del(endpoint);
        }
    }

    /** The undoing of an ADD that fails ends the assignment, whichever ADD it is of. */
    static final class UndoesWhatAnEarlierAddGot extends SeededManagerBug {
        public Assignment add(AddRequest request) {
            try {
                return manager.add(request);
            } catch (DeviceException e) {
                strike();
                manager.del(request.endpoint());
                throw e;
            }
        }
    }

    /** The pool gives the ENI that it gave last a second time. */
    static final class HandsOutTwice extends SeededManagerBug {
        private final AtomicReference<Eni> last = new AtomicReference<>();

        public Eni allocateNextEni(Endpoint endpoint) {
            Eni again = last.getAndSet(null);
            if (again != null) {
                strike();
                return again;
            }
            last.set(provider.allocateNextEni(endpoint));
            return last.get();
        }
    }

    /** What an ADD claimed whose caller had left is never handed back. */
    static final class LosesAbandonedClaims extends SeededManagerBug {
        private final Set<Endpoint> deserted = ConcurrentHashMap.newKeySet();

        @Override
        boolean hasLeftResidue() {
            return hasStruck();
        }

        public Assignment add(AddRequest request) {
            try {
                return manager.add(request);
            } catch (DeadlineExceededException e) {
                deserted.add(request.endpoint());
                throw e;
            }
        }

        public void deallocateEni(Endpoint endpoint) {
            if (deserted.contains(endpoint)) {
                strike();
            } else {
                provider.deallocateEni(endpoint);
            }
        }
    }

    /** Reports devices as returned and clean without a search for them. */
    static final class TrustsTheReturnUnchecked extends SeededManagerBug {
        public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout) {
            strike();
            return new ReturnReport(Location.HOST, List.of(), List.of());
        }
    }
}
