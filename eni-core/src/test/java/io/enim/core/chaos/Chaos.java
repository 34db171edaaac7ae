package io.enim.core.chaos;

import io.enim.AmbiguousProviderException;
import io.enim.DeviceException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.core.chaos.Fault.Kind;
import io.enim.core.chaos.Fault.Place;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stands at every call that leaves a process, and lets calls go wrong. As safe for concurrent use as its pace is. */
public final class Chaos {
    /** What a call does when nothing is wrong with it. */
    public interface Effect<T, E extends Throwable> {
        T run() throws E;
    }

    /** A fault that lasts until it is ended, or until it has struck once. */
    private static final class Active {
        private final Fault fault;
        private final Predicate<String> operations;
        private final boolean once;
        private final AtomicBoolean struck = new AtomicBoolean();
        private volatile boolean ended;

        Active(Fault fault, Predicate<String> operations, boolean once) {
            this.fault = fault;
            this.operations = operations;
            this.once = once;
        }

        boolean take() {
            return !once || struck.compareAndSet(false, true);
        }
    }

    /** One call; equal to no other. */
    public static final class Call {
        private final String name;

        Call(Place place, String operation) {
            this.name = place + "." + operation;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Begins the messages of what is thrown here. */
    static final String MARK = "chaos: ";

    private static final int NO_ENI = -1;
    private static final long POLL_NANOS = 1_000_000_000L;

    private final Pace pace;
    private final List<Active> active = new CopyOnWriteArrayList<>();
    private volatile Consumer<String> onStrike = strike -> {};
    private final AtomicInteger hanging = new AtomicInteger();
    /** The calls that hang until they are interrupted. */
    private final Set<Call> interruptible = ConcurrentHashMap.newKeySet();

    public Chaos(Pace pace) {
        this.pace = pace;
    }

    /** Is told of each call that goes wrong. */
    public void onStrike(Consumer<String> watcher) {
        onStrike = watcher;
    }

    public void begins(Fault fault) {
        active.add(new Active(fault, any -> true, false));
    }

    /** Every call of this operation goes wrong. */
    public void begins(Strike strike) {
        begins(strike, false);
    }

    /** The next call of this operation goes wrong. */
    public void next(Strike strike) {
        begins(strike, true);
    }

    private void begins(Strike strike, boolean once) {
        active.add(new Active(Fault.now(strike.kind(), strike.place(), 100), strike.operation()::equals, once));
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

    /** A random number from 0. */
    public int random(int bound) {
        return pace.random(bound);
    }

    /** How many calls hang now. */
    public int hanging() {
        return hanging.get();
    }

    /** The calls that hang until they are interrupted. */
    public Set<Call> interruptible() {
        return Set.copyOf(interruptible);
    }

    public boolean threadsFail() {
        return active.stream().anyMatch(one -> one.fault.kind() == Kind.NO_THREADS && strikes(one.fault));
    }

    /** How much later a timer fires than it was set to, in nanoseconds. */
    public long timerLateness() {
        boolean isLate = active.stream().anyMatch(one -> one.fault.kind() == Kind.LATE_TIMERS && strikes(one.fault));
        return isLate ? pace.random(2_000) * 1_000_000L : 0;
    }

    private boolean strikes(Fault fault) {
        return pace.random(100) < fault.chance();
    }

    /** Whether the answer of a call that is under way is to be replaced by a malformed one. */
    public boolean isMalformed(Place place) {
        return active.stream()
                .anyMatch(one -> !one.once
                        && one.fault.kind() == Kind.MALFORMED
                        && one.fault.place() == place
                        && strikes(one.fault));
    }

    /** Calls; an answer is malformed only where the caller asks {@link #isMalformed}. */
    public <T, E extends Throwable> T call(Place place, String operation, Effect<T, E> effect) throws E {
        return call(place, operation, NO_ENI, effect);
    }

    /** As {@link #call(Place, String, Effect)}, for an ENI, which is given by a number of its own. */
    public <T, E extends Throwable> T call(Place place, String operation, int eni, Effect<T, E> effect) throws E {
        return call(place, operation, eni, effect, UnaryOperator.identity());
    }

    /** Calls; the answer may be a malformed one. */
    @Nullable
    Object answer(Place place, String operation, Effect<Object, Throwable> effect) throws Throwable {
        return call(place, operation, NO_ENI, effect, proper -> {
            letGo(proper);
            return Malformed.of(proper, pace::random);
        });
    }

    private <T, E extends Throwable> T call(
            Place place, String operation, int eni, Effect<T, E> effect, UnaryOperator<T> malformed) throws E {
        if (!pace.isExposed()) {
            return effect.run();
        }
        pace.cross();
        pace.begin(place, operation);
        Active one = struck(place, operation, eni);
        Kind kind = one == null ? null : one.fault.kind();
        if (one != null) {
            onStrike.accept(kind + " " + place + "." + operation);
            before(one, operation);
        }
        if (kind == Kind.TWICE) {
            letGo(effect.run());
        }
        T result = effect.run();
        pace.cross();
        if (kind == Kind.LOST) {
            letGo(result);
            throw Chaos.<E>sneaky(declared(place, operation, true));
        }
        return kind == Kind.MALFORMED ? malformed.apply(result) : result;
    }

    /** A lock, or a descriptor: nothing outside of this process has it. */
    private static void letGo(@Nullable Object answer) {
        if (answer instanceof AutoCloseable held) {
            try {
                held.close();
            } catch (Exception e) {
                throw new IllegalStateException("an answer that is lost cannot be closed", e);
            }
        }
    }

    private @Nullable Active struck(Place place, String operation, int eni) {
        for (Active one : active) {
            if (one.fault.isOfCalls()
                    && one.fault.place() == place
                    && one.fault.isFor(eni)
                    && one.operations.test(operation)
                    && strikes(one.fault)
                    && one.take()) {
                return one;
            }
        }
        return null;
    }

    private <E extends Throwable> void before(Active one, String operation) throws E {
        Fault fault = one.fault;
        switch (fault.kind()) {
            case REFUSED -> throw Chaos.<E>sneaky(declared(fault.place(), operation, false));
            case CHECKED -> throw Chaos.<E>sneaky(new UndeclaredException(message(fault.place(), operation)));
            case RUNTIME -> throw new IllegalStateException(message(fault.place(), operation));
            case LINKAGE -> throw new NoClassDefFoundError(message(fault.place(), operation));
            case MEMORY -> throw new OutOfMemoryError(message(fault.place(), operation));
            case HANGS -> {
                if (!hang(new Call(fault.place(), operation), () -> !one.ended)) {
                    throw Chaos.<E>sneaky(declared(fault.place(), operation, false));
                }
            }
            case DEAF -> hangDeaf(() -> !one.ended);
            case LATE -> {
                long end = pace.nanoTime() + pace.lateNanos();
                hangDeaf(() -> pace.nanoTime() < end && !active.isEmpty());
            }
            case MISFIT -> {
                if (operation.equals("find")) {
                    throw new DeviceException(DeviceException.Kind.PROTECTED, operation, "a device", MARK + operation);
                }
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
    private boolean hang(Call call, BooleanSupplier hangs) {
        hanging.incrementAndGet();
        interruptible.add(call);
        try {
            while (hangs.getAsBoolean()) {
                if (Thread.currentThread().isInterrupted()) {
                    return false;
                }
                pace.pause(POLL_NANOS, false);
            }
            return true;
        } finally {
            interruptible.remove(call);
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

    private static String message(Place place, String operation) {
        return MARK + place + "." + operation;
    }

    /** Whether something was thrown here, or because of that. */
    public static boolean isCauseOf(Throwable error) {
        return isIn(error, MARK);
    }

    /** The same, of the calls of one place. */
    public static boolean isCauseOf(Throwable error, Place place) {
        return isIn(error, MARK + place + ".");
    }

    private static boolean isIn(@Nullable Throwable error, String mark) {
        return error != null && (String.valueOf(error.getMessage()).contains(mark) || isIn(error.getCause(), mark));
    }

    private static Exception declared(Place place, String operation, boolean took) {
        String message = message(place, operation);
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
    private static <E extends Throwable> E sneaky(Exception e) throws E {
        throw (E) e;
    }
}
