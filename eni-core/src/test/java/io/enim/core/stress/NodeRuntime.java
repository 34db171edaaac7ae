package io.enim.core.stress;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.GcRequest;
import io.enim.Health;
import io.enim.core.CrashFailPoint;
import io.enim.core.CrashFailPoint.CrashError;
import io.enim.core.chaos.Chaos;
import io.enim.core.chaos.Fault.Place;
import io.enim.core.chaos.Strike;
import io.enim.spi.Liveness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/**
 * Acts on a node as the container runtime, the tenants, and the owner of the cloud account, and injects faults. Tells the
 * oracle of its calls and their answers. Safe for concurrent use.
 */
final class NodeRuntime implements Liveness {
    private static final Duration SHORT_TIMEOUT = Duration.ofMillis(3);
    private static final Duration LONG_TIMEOUT = Duration.ofMillis(100);
    /** Far beyond every deadline of the settings, for a busy machine. */
    private static final Duration LONGEST_CALL = Duration.ofSeconds(60);

    private static final long POLL_NANOS = 5_000_000;
    private static final List<Duration> CLOCK_STEPS =
            List.of(Duration.ofSeconds(1), Duration.ofMinutes(6), Duration.ofDays(1), Duration.ofDays(3650));

    private final StressEnvironment environment;
    private final StressOracle oracle;
    private final SeededManagerBug bug;
    private final Map<Endpoint, Path> sandboxes = new HashMap<>();
    private final Set<Endpoint> living = new HashSet<>();
    private final Set<Endpoint> known;
    /** Held while a manager is replaced, and while a fault is injected. */
    private final Object faultLock = new Object();

    private CrashFailPoint crashFailPoint = new CrashFailPoint();
    private volatile EniManager manager;

    /**
     * Starts a manager.
     *
     * @param known every endpoint of the program
     */
    NodeRuntime(StressEnvironment environment, StressOracle oracle, SeededManagerBug bug, Set<Endpoint> known) {
        this.environment = environment;
        this.oracle = oracle;
        this.bug = bug;
        environment.seams().onStrike(oracle::note);
        this.known = Set.copyOf(known);
        this.manager = started();
    }

    /** Waits for the threads of the manager before. */
    private EniManager started() {
        crashFailPoint = new CrashFailPoint();
        oracle.restarted();
        environment.prepare(crashFailPoint, oracle, bug, this);
        return Awaitility.await("a manager starts")
                .atMost(LONGEST_CALL)
                .pollInSameThread()
                .ignoreExceptionsMatching(
                        error -> String.valueOf(error.getMessage()).contains("(this one)"))
                .until(environment::start, any -> true);
    }

    /** What the runtime knows of an endpoint: that a sandbox is not its own any more. */
    @Override
    public synchronized Verdict assess(Assignment assignment) {
        Path current = sandboxes.get(assignment.endpoint());
        return assignment
                .sandbox()
                .filter(sandbox -> !sandbox.path().equals(current))
                .map(gone -> new Verdict(State.GONE, "the runtime has it not"))
                .orElseGet(() -> new Verdict(State.UNKNOWN, "the runtime knows nothing of it"));
    }

    EniManager manager() {
        return manager;
    }

    Set<Endpoint> known() {
        return known;
    }

    boolean isViolated() {
        return !oracle.violations().isEmpty();
    }

    /** Performs the action, and accepts the errors that the contract allows. */
    void act(StressAction action) {
        oracle.count(action.verb().name());
        try {
            timed(action);
            oracle.count(action.verb() + " ok");
        } catch (ClosedException e) {
            oracle.count("closed meanwhile");
            awaitNext();
        } catch (EniException e) {
            requireNoListener(action, e);
            oracle.note(action + " failed with " + e);
            oracle.count(action.verb() + " " + e.getClass().getSimpleName());
        } catch (CrashError e) {
            oracle.count("died meanwhile");
            awaitNext();
        } catch (Throwable e) {
            boolean declared = e instanceof RuntimeException || e instanceof Error;
            if (declared && Chaos.isCauseOf(e)) {
                requireNoListener(action, e);
                oracle.note(action + " failed with " + e);
                oracle.count(action.verb() + " " + e.getClass().getSimpleName());
            } else {
                oracle.violated(action + " broke with " + e + " at " + List.of(e.getStackTrace()));
            }
        } finally {
            // An interrupt that came too late must not affect the next action.
            Thread.interrupted();
        }
    }

    /** What measures, and what tells who lives, changes no outcome of a call. */
    private void requireNoListener(StressAction action, Throwable error) {
        if (Chaos.isCauseOf(error, Place.METRICS) || Chaos.isCauseOf(error, Place.LIVENESS)) {
            oracle.violated("P15: " + action + " failed because of a listener: " + error);
        }
    }

    private void timed(StressAction action) {
        long began = System.nanoTime();
        try {
            perform(action);
        } finally {
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            if (took.compareTo(LONGEST_CALL) > 0) {
                oracle.violated("P8: " + action + " took " + took);
            }
        }
    }

    private void awaitNext() {
        synchronized (faultLock) {
            oracle.count("restarts awaited");
        }
    }

    private void perform(StressAction action) {
        Endpoint endpoint = action.endpoint();
        switch (action.verb()) {
            case ADD -> add(endpoint, request -> {});
            case ASSIGN -> assign(endpoint);
            case SHORT_ADD -> add(endpoint, request -> request.timeout(SHORT_TIMEOUT));
            case PATIENT_ADD ->
                add(endpoint, request -> request.timeout(LONG_TIMEOUT).whenEmpty(WhenEmpty.WAIT));
            case INTERRUPTED_ADD ->
                add(endpoint, request -> Thread.currentThread().interrupt());
            case DEL -> ending(List.of(endpoint), () -> manager.del(endpoint));
            case DEL_EVERY_LIFE ->
                ending(
                        known.stream()
                                .filter(one -> one.isNamed(endpoint.namespace(), endpoint.name()))
                                .toList(),
                        () -> manager.del(endpoint.namespace(), endpoint.name()));
            case CHECK -> check(endpoint);
            case GC -> manager.gc();
            case GC_BY_LIST -> gcByList();
            case NAMESPACE_DIES -> kill(endpoint);
            case ENI_DETACHED -> environment.detach(action.subject(), oracle);
            case ENIS_ATTACHED -> attachAgain();
            case RESTART -> restart(false);
            case CRASH -> restart(true);
            case TENANT_CHANGES -> tenantChanges(endpoint);
            case HEALTH -> manager.health();
            case CALL_STRUCK, FAULT_BEGINS -> disturb(action);
            case FAULTS_END -> heal();
            case CLOCK_STEPS -> {
                Duration step = CLOCK_STEPS.get(action.subject() % CLOCK_STEPS.size());
                environment.stepClock(action.life() == 0 ? step : step.negated());
            }
        }
    }

    private void add(Endpoint endpoint, Consumer<AddRequest.Builder> beforeCall) {
        AddRequest.Builder request = AddRequest.forEndpoint(endpoint).netns(begins(endpoint));
        StressOracle.Ticket ticket = oracle.addBegins(endpoint);
        beforeCall.accept(request);
        Assignment answer = manager.add(request.build());
        oracle.addAnswered(ticket, answer);
    }

    /** The answer of an earlier ADD, which may be of a sandbox that is dead by now, proves nothing. */
    private void assign(Endpoint endpoint) {
        begins(endpoint);
        StressOracle.Ticket ticket = oracle.addBegins(endpoint);
        Assignment answer = manager.add(AddRequest.forEndpoint(endpoint).build());
        if (answer.sandbox().isEmpty()) {
            oracle.addAnswered(ticket, answer);
        }
    }

    private synchronized Path begins(Endpoint endpoint) {
        living.add(endpoint);
        return sandboxes.computeIfAbsent(endpoint, key -> {
            Path path = environment.sandbox(endpoint.name() + "-" + endpoint.containerId());
            oracle.sandboxOf(endpoint, path);
            return path;
        });
    }

    private void ending(Collection<Endpoint> endpoints, Runnable end) {
        // Both at once: a list that omits one that the oracle still takes for living would look like a fault.
        synchronized (this) {
            living.removeAll(endpoints);
            oracle.endingBegins(endpoints);
        }
        try {
            end.run();
        } finally {
            oracle.endingEnds(endpoints);
        }
    }

    private void check(Endpoint endpoint) {
        Optional<Eni> held = oracle.held(endpoint);
        var report = manager.check(endpoint);
        held.ifPresent(eni -> oracle.checked(endpoint, eni, report));
    }

    private void gcByList() {
        List<Assignment> assignments = manager.assignments();
        Set<Endpoint> listed;
        synchronized (this) {
            listed = Set.copyOf(living);
        }
        Set<Endpoint> omitted = new HashSet<>(known);
        omitted.removeAll(listed);
        oracle.omissionBegins(omitted, assignments);
        boolean goesOn = false;
        try {
            manager.gc(GcRequest.valid(listed).among(assignments));
        } catch (DeadlineExceededException e) {
            goesOn = true; // The round does, without its caller.
            throw e;
        } finally {
            if (!goesOn) {
                oracle.omissionEnds(omitted);
            }
        }
    }

    private void kill(Endpoint endpoint) {
        ending(List.of(endpoint), () -> {
            synchronized (this) {
                Path dead = sandboxes.remove(endpoint);
                if (dead != null) {
                    environment.kill(dead);
                }
            }
        });
    }

    private void tenantChanges(Endpoint endpoint) {
        Optional<Eni> held = oracle.held(endpoint);
        Path sandbox;
        synchronized (this) {
            sandbox = sandboxes.get(endpoint);
        }
        if (held.isPresent() && sandbox != null) {
            environment.tenantChanges(held.get().mac(), sandbox);
        }
    }

    /** Attaches the detached ENIs again. */
    void attachAgain() {
        int refused = environment.attachAgain(oracle.detached());
        for (int i = 0; i < refused; i++) {
            oracle.count("attachments refused");
        }
    }

    private void disturb(StressAction action) {
        synchronized (faultLock) {
            environment.seams().disturb(action);
        }
    }

    /** Every call of an operation goes wrong, until the faults end. */
    void begins(Strike strike) {
        environment.seams().begins(strike);
    }

    /** What ignores its interrupt, and so goes on to hang, is in health. */
    void requireHangsAreNamed() {
        long began = System.nanoTime();
        while (environment.seams().hanging() > 0 && manager.health().status() == Health.Status.HEALTHY) {
            if (System.nanoTime() - began > LONGEST_CALL.toNanos()) {
                oracle.violated("P15: calls hang, and health is HEALTHY");
                return;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Where calls have a limit, what heeds interrupts gets one. */
    void requireHangsEnd() {
        Set<Chaos.Call> hang = environment.seams().interruptible();
        long began = System.nanoTime();
        while (!Collections.disjoint(hang, environment.seams().interruptible())) {
            if (System.nanoTime() - began > LONGEST_CALL.toNanos()) {
                oracle.violated("P8: for " + LONGEST_CALL + " these hang, and are not interrupted: " + hang);
                return;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Nothing goes wrong any more, and what hangs goes on. */
    void heal() {
        synchronized (faultLock) {
            environment.seams().heal();
        }
    }

    /**
     * What hangs ends with a process that dies. A manager that is closed may leave threads that hang, as long as the faults
     * last; until they have ended, the next manager is refused (P17).
     */
    private void restart(boolean crash) {
        synchronized (faultLock) {
            if (crash) {
                crashFailPoint.kill();
                environment.seams().heal();
            }
            manager.close();
            if (environment.seams().hanging() > 0) {
                oracle.count("closed while calls hang");
            }
            environment.seams().heal(); // A disk that hangs keeps a manager from starting, for as long as it does.
            manager = started();
        }
    }

    /** Ends for good. */
    void close() {
        synchronized (faultLock) {
            environment.seams().heal();
            manager.close();
        }
    }
}
