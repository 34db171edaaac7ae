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
import io.enim.core.CrashFailPoint;
import io.enim.core.CrashFailPoint.CrashError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Acts on a node as the container runtime, the tenants, and the owner of the cloud account, and injects faults. Tells the
 * oracle of its calls and their answers. Safe for concurrent use.
 */
final class NodeRuntime {
    private static final Duration SHORT_TIMEOUT = Duration.ofMillis(3);
    private static final Duration LONG_TIMEOUT = Duration.ofMillis(100);

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
        this.known = Set.copyOf(known);
        this.manager = started();
    }

    private EniManager started() {
        crashFailPoint = new CrashFailPoint();
        oracle.restarted();
        return environment.start(crashFailPoint, oracle, bug);
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
            perform(action);
            oracle.count(action.verb() + " ok");
        } catch (ClosedException e) {
            oracle.count("closed meanwhile");
            awaitNext();
        } catch (EniException e) {
            oracle.count(action.verb() + " " + e.getClass().getSimpleName());
        } catch (CrashError e) {
            oracle.count("died meanwhile");
            awaitNext();
        } catch (RuntimeException e) {
            oracle.violated(action + " broke with " + e + " at " + List.of(e.getStackTrace()));
        } finally {
            // An interrupt that came too late must not affect the next action.
            Thread.interrupted();
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
            case DEVICE_FAILS, DEVICE_FAILS_LATE, DEVICE_HANGS, CLOUD_FAILS, CLOUD_LOSES_ANSWER, CLOUD_HANGS ->
                disturb(action);
            case HANGING_ENDS -> heal();
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
        synchronized (this) {
            living.removeAll(endpoints);
        }
        oracle.endingBegins(endpoints);
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

    /** Attaches the detached ENIs again. */
    void attachAgain() {
        int refused = environment.attachAgain(oracle.detached());
        for (int i = 0; i < refused; i++) {
            oracle.count("attachments refused");
        }
    }

    private void disturb(StressAction action) {
        synchronized (faultLock) {
            environment.disturb(action);
        }
    }

    /** Nothing goes wrong any more, and what hangs goes on. */
    void heal() {
        synchronized (faultLock) {
            environment.heal();
        }
    }

    /** What hangs ends with its process, so it is let go before; the next process begins when the last has ended. */
    private void restart(boolean crash) {
        synchronized (faultLock) {
            if (crash) {
                crashFailPoint.kill();
            }
            heal();
            manager.close();
            manager = started();
        }
    }

    /** Ends for good. */
    void close() {
        synchronized (faultLock) {
            heal();
            manager.close();
        }
    }
}
