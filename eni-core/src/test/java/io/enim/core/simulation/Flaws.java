package io.enim.core.simulation;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.CheckReport;
import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.Health;
import io.enim.MacAddress;
import io.enim.NoEniAvailableException;
import io.enim.OverloadedException;
import io.enim.core.WithoutWish;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Bugs, one each, of kinds that were found in the code once. */
final class Flaws {
    private static final int SLOTS = 100;

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

    /** What a tenant wrote on a device is left there, and not seen. */
    static final class LeavesTheAlias extends Flaw {
        public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout) {
            return leaving(baseline.mac(), () -> devices.returnToHost(baseline, netns, timeout));
        }

        public ReturnReport restoreOnHost(DeviceBaseline baseline, Duration timeout) {
            return leaving(baseline.mac(), () -> devices.restoreOnHost(baseline, timeout));
        }

        private ReturnReport leaving(MacAddress mac, Supplier<ReturnReport> restored) {
            Optional<String> alias = kernel.whereIs(mac).flatMap(place -> alias(mac));
            ReturnReport report = restored.get();
            alias.ifPresent(left -> kernel.modifyDevice(mac, device -> device.alias = left));
            return report;
        }

        private Optional<String> alias(MacAddress mac) {
            List<String> found = new ArrayList<>();
            kernel.modifyDevice(mac, device -> found.add(device.alias));
            return Optional.ofNullable(found.get(0));
        }

        public Optional<Device> find(MacAddress mac, Duration timeout) {
            return devices.find(mac, timeout).map(LeavesTheAlias::withoutAlias);
        }

        public Optional<Device> find(DeviceBaseline baseline, Duration timeout) {
            return devices.find(baseline, timeout).map(LeavesTheAlias::withoutAlias);
        }

        private static Device withoutAlias(Device one) {
            return new Device(
                    one.ifindex(),
                    one.name(),
                    one.mac(),
                    one.permanentMac(),
                    one.kind(),
                    one.parent(),
                    one.up(),
                    one.mtu(),
                    one.txQueueLength(),
                    one.group(),
                    one.segmentation(),
                    one.flags(),
                    Optional.empty(),
                    one.altNames(),
                    one.master());
        }
    }

    /** A repeated ADD that fails undoes what the first one got. */
    static final class UndoesAnEarlierAdd extends Flaw {
        public Assignment add(AddRequest request) {
            try {
                return manager.add(request);
            } catch (EniException e) {
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

    /** An ADD that fails does not give its slot back. */
    static final class LeaksSlots extends Flaw {
        private int taken;

        public Assignment add(AddRequest request) {
            if (taken == SLOTS) {
                throw new OverloadedException(SLOTS + " operations run");
            }
            taken++;
            Assignment added = manager.add(request);
            taken--;
            return added;
        }
    }

    /** Knows how many ADDs run. */
    abstract static class CountsAdds extends Flaw {
        int waiting;

        public Assignment add(AddRequest request) {
            waiting++;
            try {
                return manager.add(request);
            } finally {
                waiting--;
            }
        }
    }

    /** An ADD that waits for an ENI takes a place from others. */
    static final class WaitsInAPlace extends CountsAdds {
        public CheckReport check(Endpoint endpoint) {
            if (waiting >= node.maxOperations) {
                throw new OverloadedException(waiting + " operations run");
            }
            return manager.check(endpoint);
        }
    }

    /** A release that hangs is not interrupted. */
    static final class NeverInterruptsARelease extends Flaw {
        public void deallocateEni(Endpoint endpoint) {
            SimulatedThread self = node.scheduler.current();
            self.unreachable(true);
            try {
                pool.deallocateEni(endpoint);
            } finally {
                self.unreachable(false);
            }
        }
    }

    /** The callers of a manager that closes have their answers when their own time is over. */
    static final class AnswersAfterClose extends Flaw {
        public Assignment add(AddRequest request) {
            try {
                return manager.add(request);
            } catch (ClosedException e) {
                node.scheduler.parkUntil(
                        node.scheduler.now() + request.timeout().orElseThrow().toNanos());
                throw e;
            }
        }
    }

    /** A manager waits for the ADDs that wait before it closes. */
    static final class WaitsForThoseThatWait extends CountsAdds {
        private boolean closing;

        /** Of the manager first, and by it of the pool and the devices, which have nothing to close. */
        public void close() {
            if (!closing) {
                closing = true;
                while (waiting > 0) {
                    node.scheduler.parkUntil(node.scheduler.now() + 1_000_000_000);
                }
                manager.close();
            }
        }
    }

    /** A call that does not answer is left alone, and the next one has another thread. */
    static final class LeavesThreadsBehind extends Flaw {
        public Eni allocateNextEni(Endpoint endpoint) {
            FutureTask<Eni> call = new FutureTask<>(() -> pool.allocateNextEni(endpoint));
            SimulatedThread self = node.scheduler.current();
            self.process().newThread(call, "enim-abandoned").start();
            self.process().parkUntil(node.scheduler.now() + 1_000_000_000);
            if (!call.isDone()) {
                throw new DeadlineExceededException("allocate", Duration.ofSeconds(1), "abandoned", null);
            }
            try {
                return call.get();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException("chaos: it failed", e);
            }
        }
    }

    /** A DEL of all lives stops at the first that fails. */
    static final class StopsAtTheFirstLife extends Flaw {
        public void del(String namespace, String name) {
            manager.assignments().stream()
                    .map(Assignment::endpoint)
                    .filter(endpoint -> endpoint.isNamed(namespace, name))
                    .forEach(manager::del);
        }
    }

    /** Where no ENI is free, it is asked for again at once. */
    static final class AsksAgainAtOnce extends Flaw {
        public Eni allocateNextEni(Endpoint endpoint) {
            long end = node.scheduler.now() + 2_000_000_000;
            while (true) {
                try {
                    return pool.allocateNextEni(endpoint);
                } catch (NoEniAvailableException e) {
                    if (node.scheduler.now() > end) {
                        throw e;
                    }
                }
            }
        }
    }

    /** Health does not look. */
    static final class SaysHealthy extends Flaw {
        public Health health() {
            return Health.healthy();
        }
    }

    /** An ADD that runs out of time is tried once more. */
    static final class ExceedsTheDeadline extends Flaw {
        public Assignment add(AddRequest request) {
            try {
                return manager.add(request);
            } catch (DeadlineExceededException e) {
                return manager.add(request);
            }
        }
    }

    /** A repeated ADD gets a new assignment. */
    static final class AddsAnew extends Flaw {
        public Assignment add(AddRequest request) {
            manager.del(request.endpoint());
            return manager.add(request);
        }
    }

    /** An ENI is available as soon as its device is on the host. */
    static final class RestsTooShort extends Flaw {
        @Override
        Duration cooldown(Duration wanted) {
            return Duration.ZERO;
        }
    }

    /** A namespace whose path is gone for long is dead, wherever the device is. */
    static final class TakesLongHiddenForDead extends Flaw {
        public Optional<Netns> locate(DeviceBaseline baseline, Duration timeout) {
            return Optional.empty();
        }
    }

    /** An ADD gets any ENI, also where it requires one. */
    static final class ForgetsTheWish extends Flaw {
        public Assignment add(AddRequest request) {
            return manager.add(WithoutWish.of(request));
        }
    }
}
