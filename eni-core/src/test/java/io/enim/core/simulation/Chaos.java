package io.enim.core.simulation;

import io.enim.AmbiguousProviderException;
import io.enim.DeviceException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.core.simulation.Fault.Kind;
import io.enim.core.simulation.Fault.Place;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Stands at every call that leaves a process: lets time pass, lets other threads run, and lets calls go wrong. */
final class Chaos {
    /** What a call does when nothing is wrong with it. */
    interface Effect<T, E extends Exception> {
        T run() throws E;
    }

    private static final Duration LATE = Duration.ofSeconds(70);

    private final Scheduler scheduler;
    private final Random random;
    private final List<Fault> active = new ArrayList<>();
    private Runnable onCall = () -> {};
    private long lastTrouble;

    Chaos(Scheduler scheduler) {
        this.scheduler = scheduler;
        this.random = scheduler.newRandom();
    }

    /** Is called first at every call. */
    void onCall(Runnable watcher) {
        onCall = watcher;
    }

    void begins(Fault fault) {
        active.add(fault);
        lastTrouble = scheduler.now();
    }

    void ends(Fault fault) {
        active.remove(fault);
        lastTrouble = scheduler.now();
    }

    void heal() {
        active.clear();
        lastTrouble = scheduler.now();
    }

    /** How long nothing has been wrong; zero while something is. */
    Duration calm() {
        return active.isEmpty() ? Duration.ofNanos(scheduler.now() - lastTrouble) : Duration.ZERO;
    }

    boolean threadsFail() {
        return active.stream()
                .anyMatch(fault -> fault.kind() == Kind.NO_THREADS && random.nextInt(100) < fault.chance());
    }

    /** Whether the answer of a call that is under way is to be replaced by a malformed one. */
    boolean isMalformed(Place place) {
        return struck(place, Kind.MALFORMED) != null;
    }

    <T, E extends Exception> T call(Place place, String operation, Effect<T, E> effect) throws E {
        SimulatedProcess process = scheduler.current().process();
        if (process == null) {
            return effect.run();
        }
        cross(process);
        scheduler.note(operation.hashCode());
        process.parkUntil(scheduler.now() + usual(place));
        Fault fault = struck(place, null);
        if (fault != null && fault.kind() != Kind.MALFORMED) {
            before(fault, process, operation);
        }
        T result = effect.run();
        cross(process);
        if (fault != null && fault.kind() == Kind.LOST) {
            throw Chaos.<E>sneaky(declared(place, operation, true));
        }
        return result;
    }

    /** Where a process may be killed, and another thread may run. */
    void cross(SimulatedProcess process) {
        process.live();
        onCall.run();
        process.live();
        scheduler.yieldNow();
        process.live();
    }

    private @Nullable Fault struck(Place place, @Nullable Kind only) {
        for (Fault fault : active) {
            boolean fits = fault.isOfCalls() && fault.place() == place && (only == null || fault.kind() == only);
            if (fits && random.nextInt(100) < fault.chance()) {
                return fault;
            }
        }
        return null;
    }

    private <E extends Exception> void before(Fault fault, SimulatedProcess process, String operation) throws E {
        switch (fault.kind()) {
            case REFUSED -> throw Chaos.<E>sneaky(declared(fault.place(), operation, false));
            case CHECKED -> throw Chaos.<E>sneaky(new InterruptedIOException(operation));
            case RUNTIME -> throw new IllegalStateException("simulated: " + operation);
            case LINKAGE -> throw new NoClassDefFoundError("simulated: " + operation);
            case MEMORY -> throw new OutOfMemoryError("simulated: " + operation);
            case HANGS -> {
                if (hang(fault, process)) {
                    throw Chaos.<E>sneaky(declared(fault.place(), operation, false));
                }
            }
            case DEAF -> hangDeaf(() -> active.contains(fault), process);
            case LATE -> {
                long end = scheduler.now() + LATE.toNanos() + random.nextInt(60) * 1_000_000_000L;
                hangDeaf(() -> scheduler.now() < end && !active.isEmpty(), process);
            }
            default -> {}
        }
    }

    /** Undeclared where it is thrown. */
    private static final class InterruptedIOException extends IOException {
        private static final long serialVersionUID = 1L;

        InterruptedIOException(String operation) {
            super("simulated: " + operation);
        }
    }

    /** False when it was interrupted. */
    private boolean hang(Fault fault, SimulatedProcess process) {
        while (active.contains(fault)) {
            if (Thread.currentThread().isInterrupted()) {
                return true;
            }
            process.parkUntil(scheduler.now() + 1_000_000_000L);
        }
        return false;
    }

    private void hangDeaf(BooleanSupplier hangs, SimulatedProcess process) {
        SimulatedThread self = scheduler.current();
        self.deaf(true);
        while (hangs.getAsBoolean()) {
            process.parkUntil(scheduler.now() + 5_000_000_000L);
        }
        self.deaf(false);
    }

    /** How long a call takes when nothing is wrong, in nanoseconds. */
    private long usual(Place place) {
        return switch (place) {
            case CLOUD -> 20_000_000L + random.nextInt(300_000_000);
            case DEVICES -> random.nextInt(20) == 0 ? random.nextInt(300_000_000) : random.nextInt(2_000_000);
            case DISK -> random.nextInt(2_000_000);
            case LIVENESS, METRICS -> random.nextInt(1_000);
        };
    }

    private static Exception declared(Place place, String operation, boolean took) {
        return switch (place) {
            case CLOUD ->
                took
                        ? new AmbiguousProviderException(Refusal.UNAVAILABLE, "", operation + ": simulated", null)
                        : new RetryableProviderException(Refusal.UNAVAILABLE, "", operation + ": simulated", null);
            case DEVICES ->
                new DeviceException(
                        took ? DeviceException.Kind.TIMEOUT : DeviceException.Kind.KERNEL,
                        operation,
                        "a device",
                        "",
                        "simulated",
                        null);
            case DISK -> new IOException("simulated: " + operation);
            case LIVENESS, METRICS -> new IllegalStateException("simulated: " + operation);
        };
    }

    @SuppressWarnings("unchecked")
    private static <E extends Exception> E sneaky(Exception e) throws E {
        throw (E) e;
    }
}
