package io.enim.core.stress;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.GcReport;
import io.enim.GcRequest;
import io.enim.provider.EniProvider;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
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
    private static final Duration SHORT = Duration.ofSeconds(2);

    private SeededManagerBugs() {}

    /** What a bug leaves behind does not come to rest however long one waits. */
    private interface ShortWaitBug extends SeededManagerBug {
        @Override
        default Duration patience() {
            return SHORT;
        }
    }

    /** A DEL ends every life of its pod, whatever container it names. */
    static final class DelForgetsTheContainer implements ShortWaitBug {
        @Override
        public EniManager manager(EniManager manager, NetworkDevices watched) {
            return new ForwardingManager(manager) {
                @Override
                public void del(Endpoint endpoint) {
                    manager.del(endpoint.namespace(), endpoint.name());
                }
            };
        }
    }

    /** Garbage collection takes everybody for dead. */
    static final class GcFreesTheLiving implements ShortWaitBug {
        @Override
        public EniManager manager(EniManager manager, NetworkDevices watched) {
            return new ForwardingManager(manager) {
                @Override
                public GcReport gc(GcRequest request) {
                    return manager.gc(GcRequest.valid(Set.of()));
                }
            };
        }
    }

    /** A DEL begins in its caller's thread, without waiting for its turn. */
    static final class DelIgnoresItsTurn implements ShortWaitBug {
        @Override
        public EniManager manager(EniManager manager, NetworkDevices watched) {
            return new ForwardingManager(manager) {
                @Override
                public void del(Endpoint endpoint) {
                    manager.assignments().stream()
                            .filter(one -> one.endpoint().equals(endpoint))
                            .flatMap(one -> one.baseline().stream())
                            .forEach(home -> watched.returnToHost(home, Optional.empty(), SHORT));
                    manager.del(endpoint);
                }
            };
        }
    }

    /** The pool gives the ENI that it gave last a second time. */
    static final class HandsOutTwice implements ShortWaitBug {
        @Override
        public EniProvider provider(EniProvider provider) {
            AtomicReference<Eni> last = new AtomicReference<>();
            return new ForwardingProvider(provider) {
                @Override
                public Eni allocateNextEni(Endpoint endpoint) {
                    Eni again = last.getAndSet(null);
                    if (again != null) {
                        return again;
                    }
                    last.set(provider.allocateNextEni(endpoint));
                    return last.get();
                }
            };
        }
    }

    /** What an ADD claimed whose caller had left is never handed back. */
    static final class LosesWhatNobodyWaitsFor implements ShortWaitBug {
        private final Set<Endpoint> deserted = ConcurrentHashMap.newKeySet();

        @Override
        public EniManager manager(EniManager manager, NetworkDevices watched) {
            return new ForwardingManager(manager) {
                @Override
                public Assignment add(AddRequest request) {
                    try {
                        return manager.add(request);
                    } catch (DeadlineExceededException e) {
                        deserted.add(request.endpoint());
                        throw e;
                    }
                }
            };
        }

        @Override
        public EniProvider provider(EniProvider provider) {
            return new ForwardingProvider(provider) {
                @Override
                public void deallocateEni(Endpoint endpoint) {
                    if (!deserted.contains(endpoint)) {
                        provider.deallocateEni(endpoint);
                    }
                }
            };
        }
    }

    /** Devices are said to be home and clean that were never looked for. */
    static final class TrustsThatItIsHome implements ShortWaitBug {
        @Override
        public NetworkDevices devices(NetworkDevices devices) {
            return new ForwardingDevices(devices) {
                @Override
                public ReturnReport returnToHost(DeviceBaseline home, Optional<Netns> netns, Duration timeout) {
                    return new ReturnReport(Location.HOST, List.of(), List.of());
                }
            };
        }
    }
}
