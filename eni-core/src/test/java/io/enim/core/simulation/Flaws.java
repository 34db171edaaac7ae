package io.enim.core.simulation;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import io.enim.spi.ReturnReport.Location;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Bugs, one each, of kinds that were found in the code once. */
final class Flaws {
    private Flaws() {}

    /** The pool forgets who has an ENI when it is killed while it answers, and gives it a second time. */
    static final class HandsOutTwice extends Flaw {
        private @Nullable Eni last;

        public Eni allocateNextEni(Endpoint endpoint) {
            Eni again = last;
            last = again == null ? pool.allocateNextEni(endpoint) : null;
            return again == null ? last : again;
        }
    }

    /** Reports devices as returned and clean without a search for them. */
    static final class TrustsTheReturnUnchecked extends Flaw {
        public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout) {
            return new ReturnReport(Location.HOST, List.of(), List.of());
        }
    }

    /** A repeated ADD that fails undoes what the first one got. */
    static final class UndoesAnEarlierAdd extends Flaw {
        public Assignment add(AddRequest request) {
            try {
                return manager.add(request);
            } catch (RuntimeException e) {
                manager.del(request.endpoint());
                throw e;
            }
        }
    }

    /** A DEL ends every life of its pod, whatever container it names. */
    static final class DelForgetsTheContainer extends Flaw {
        public void del(Endpoint endpoint) {
            manager.del(endpoint.namespace(), endpoint.name());
        }
    }

    /** A step of the wall clock makes everything old. */
    static final class MeasuresOnTheWall extends Flaw {
        @Override
        boolean measuresOnTheWall() {
            return true;
        }
    }

    /** The next manager may start while a thread of this one still hangs in a device call. */
    static final class UnlocksEarly extends Flaw {
        @Override
        boolean unlocksEarly() {
            return true;
        }
    }

    /** What is free of an endpoint that failed is not handed back. */
    static final class LosesClaims extends Flaw {
        public void deallocateEni(Endpoint endpoint) {
            if (endpoint.containerId().hashCode() % 16 != 0) {
                pool.deallocateEni(endpoint);
            }
        }
    }
}
