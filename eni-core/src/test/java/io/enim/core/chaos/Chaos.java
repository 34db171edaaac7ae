package io.enim.core.chaos;

import io.enim.AmbiguousProviderException;
import io.enim.DeviceException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.core.chaos.Fault.Kind;
import io.enim.core.chaos.Fault.Place;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Stands at every call that leaves a process, and lets calls go wrong. As safe for concurrent use as its pace is. */
public final class Chaos {
    /** What a call does when nothing is wrong with it. */
    public interface Effect<T, E extends Exception> {
        T run() throws E;
    }

    /** A fault that lasts; one of a single call has an operation, and is over when it has struck. */
    private static final class Active {
        private final Fault fault;
        private final @Nullable String operation;
        private final AtomicBoolean struck = new AtomicBoolean();
        private volatile boolean ended;

        Active(Fault fault, @Nullable String operation) {
            this.fault = fault;
            this.operation = operation;
        }

        boolean fits(Place place, String called) {
            return fault.place() == place && (operation == null || operation.equals(called));
        }
    }

    private static final String MARK = "chaos: ";
    private static final long POLL_NANOS = 1_000_000_000L;

    private final Pace pace;
    private final List<Active> active = new CopyOnWriteArrayList<>();
    private final AtomicInteger hanging = new AtomicInteger();

    public Chaos(Pace pace) {
        this.pace = pace;
    }

    public void begins(Fault fault) {
        active.add(new Active(fault, null));
    }

    /** The next call of this operation goes wrong. */
    public void next(Fault fault, String operation) {
        active.add(new Active(fault, operation));
    }

    public void ends(Fault fault) {
        active.stream().filter(one -> one.fault.equals(fault)).findFirst().ifPresent(this::end);
    }

    private void end(Active one) {
        one.ended = true;
        active.remove(one);
    }

    /** Nothing goes wrong any more, and what hangs goes on. */
    public void heal() {
        active.forEach(this::end);
    }

    /** How many calls hang now. */
    public int hanging() {
        return hanging.get();
    }

    public boolean threadsFail() {
        return active.stream().anyMatch(one -> one.fault.kind() == Kind.NO_THREADS && strikes(one.fault));
    }

    private boolean strikes(Fault fault) {
        return pace.random(100) < fault.chance();
    }

    /** Whether the answer of a call that is under way is to be replaced by a malformed one. */
    public boolean isMalformed(Place place) {
        return active.stream()
                .anyMatch(one -> one.operation == null
                        && one.fault.kind() == Kind.MALFORMED
                        && one.fault.place() == place
                        && strikes(one.fault));
    }

    public <T, E extends Exception> T call(Place place, String operation, Effect<T, E> effect) throws E {
        if (!pace.isExposed()) {
            return effect.run();
        }
        pace.cross();
        pace.begin(place, operation);
        Active one = struck(place, operation);
        if (one != null && one.fault.kind() != Kind.MALFORMED) {
            before(one, operation);
        }
        if (one != null && one.fault.kind() == Kind.TWICE) {
            effect.run();
        }
        T result = effect.run();
        pace.cross();
        if (one != null && one.fault.kind() == Kind.LOST) {
            throw Chaos.<E>sneaky(declared(place, operation, true));
        }
        return result;
    }

    private @Nullable Active struck(Place place, String operation) {
        for (Active one : active) {
            if (one.fault.isOfCalls()
                    && one.fits(place, operation)
                    && strikes(one.fault)
                    && (one.operation == null || one.struck.compareAndSet(false, true))) {
                return one;
            }
        }
        return null;
    }

    private <E extends Exception> void before(Active one, String operation) throws E {
        Fault fault = one.fault;
        switch (fault.kind()) {
            case REFUSED -> throw Chaos.<E>sneaky(declared(fault.place(), operation, false));
            case CHECKED -> throw Chaos.<E>sneaky(new UndeclaredException(MARK + operation));
            case RUNTIME -> throw new IllegalStateException(MARK + operation);
            case LINKAGE -> throw new NoClassDefFoundError(MARK + operation);
            case MEMORY -> throw new OutOfMemoryError(MARK + operation);
            case HANGS -> {
                if (!hang(() -> !one.ended)) {
                    throw Chaos.<E>sneaky(declared(fault.place(), operation, false));
                }
            }
            case DEAF -> hangDeaf(() -> !one.ended);
            case LATE -> {
                long end = pace.nanoTime() + pace.lateNanos();
                hangDeaf(() -> pace.nanoTime() < end && !active.isEmpty());
            }
            default -> {}
        }
    }

    /** Undeclared where it is thrown. */
    private static final class UndeclaredException extends IOException {
        private static final long serialVersionUID = 1L;

        UndeclaredException(String message) {
            super(message);
        }
    }

    /** False when it was interrupted. */
    private boolean hang(BooleanSupplier hangs) {
        hanging.incrementAndGet();
        try {
            while (hangs.getAsBoolean()) {
                if (Thread.currentThread().isInterrupted()) {
                    return false;
                }
                pace.pause(POLL_NANOS, false);
            }
            return true;
        } finally {
            hanging.decrementAndGet();
        }
    }

    private void hangDeaf(BooleanSupplier hangs) {
        hanging.incrementAndGet();
        try {
            while (hangs.getAsBoolean()) {
                pace.pause(5 * POLL_NANOS, true);
            }
        } finally {
            hanging.decrementAndGet();
        }
    }

    private static Exception declared(Place place, String operation, boolean took) {
        String message = MARK + operation;
        return switch (place) {
            case CLOUD, PROVIDER ->
                took
                        ? new AmbiguousProviderException(Refusal.UNAVAILABLE, "", message, null)
                        : new RetryableProviderException(Refusal.UNAVAILABLE, "", message, null);
            case DEVICES ->
                new DeviceException(
                        took ? DeviceException.Kind.TIMEOUT : DeviceException.Kind.KERNEL,
                        operation,
                        "a device",
                        "",
                        message,
                        null);
            case DISK -> new IOException(message);
            case LIVENESS, METRICS -> new IllegalStateException(message);
        };
    }

    @SuppressWarnings("unchecked")
    private static <E extends Exception> E sneaky(Exception e) throws E {
        throw (E) e;
    }
}
