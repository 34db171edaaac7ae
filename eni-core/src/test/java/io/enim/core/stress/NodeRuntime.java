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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Plays whoever acts on a node: the container runtime, the tenants, the cloud's owner and fate. Tells the oracle what it
 * begins and what it was answered. Safe for concurrent use.
 */
final class NodeRuntime {
    private static final Duration HASTE = Duration.ofMillis(3);
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final Machine machine;
    private final Promises promises;
    private final Map<Endpoint, Path> sandboxes = new HashMap<>();
    private final Set<Endpoint> living = new HashSet<>();
    private final Set<Endpoint> known;
    /** Held while a manager ends and the next begins, and while something is made to go wrong. */
    private final Object fate = new Object();

    private Death death = new Death();
    private volatile EniManager manager;

    /**
     * Starts a manager.
     *
     * @param known every endpoint that will ever be spoken of
     */
    NodeRuntime(Machine machine, Promises promises, Set<Endpoint> known) {
        this.machine = machine;
        this.promises = promises;
        this.known = Set.copyOf(known);
        this.manager = started();
    }

    private EniManager started() {
        death = new Death();
        promises.restarted();
        return machine.start(death);
    }

    EniManager manager() {
        return manager;
    }

    Set<Endpoint> known() {
        return known;
    }

    boolean isViolated() {
        return !promises.violations().isEmpty();
    }

    /** Does it, and takes whatever error the contract allows. */
    void act(Action action) {
        promises.count(action.verb().name());
        try {
            perform(action);
            promises.count(action.verb() + " ok");
        } catch (ClosedException e) {
            promises.count("closed meanwhile");
            awaitNext();
        } catch (EniException e) {
            promises.count(action.verb() + " " + e.getClass().getSimpleName());
        } catch (Death.Dead e) {
            promises.count("died meanwhile");
            awaitNext();
        } catch (RuntimeException e) {
            promises.broken(action + " broke with " + e + " at " + List.of(e.getStackTrace()));
        } finally {
            // An interrupt that came too late to be seen must not meet the next action.
            Thread.interrupted();
        }
    }

    private void awaitNext() {
        synchronized (fate) {
            promises.count("restarts awaited");
        }
    }

    private void perform(Action action) {
        Endpoint endpoint = action.endpoint();
        switch (action.verb()) {
            case ADD -> add(AddRequest.forEndpoint(endpoint));
            case HASTY_ADD -> add(AddRequest.forEndpoint(endpoint).timeout(HASTE));
            case PATIENT_ADD ->
                add(AddRequest.forEndpoint(endpoint).timeout(PATIENCE).whenEmpty(WhenEmpty.WAIT));
            case DESERTED_ADD -> add(AddRequest.forEndpoint(endpoint), Thread.currentThread()::interrupt);
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
            case ENI_DETACHED -> machine.detach(action.subject(), promises);
            case ENIS_ATTACHED -> attachAgain();
            case RESTART -> restart(false);
            case CRASH -> restart(true);
            case DEVICE_FAILS, DEVICE_FAILS_LATE, DEVICE_HANGS, CLOUD_FAILS, CLOUD_LOSES_ANSWER, CLOUD_HANGS ->
                disturb(action);
            case HANGING_ENDS -> heal();
        }
    }

    private void add(AddRequest.Builder request) {
        add(request, () -> {});
    }

    private void add(AddRequest.Builder request, Runnable lastThing) {
        AddRequest built = request.build();
        Endpoint endpoint = built.endpoint();
        Path sandbox = begins(endpoint);
        Promises.Ticket ticket = promises.addBegins(endpoint);
        AddRequest inSandbox = request.netns(sandbox).build();
        lastThing.run();
        Assignment answer = manager.add(inSandbox);
        promises.addAnswered(ticket, answer);
    }

    private synchronized Path begins(Endpoint endpoint) {
        living.add(endpoint);
        return sandboxes.computeIfAbsent(endpoint, key -> {
            Path path = machine.sandbox(endpoint.name() + "-" + endpoint.containerId());
            promises.sandboxOf(endpoint, path);
            return path;
        });
    }

    private void ending(Collection<Endpoint> endpoints, Runnable end) {
        synchronized (this) {
            living.removeAll(endpoints);
        }
        promises.endingBegins(endpoints);
        try {
            end.run();
        } finally {
            promises.endingEnds(endpoints);
        }
    }

    private void check(Endpoint endpoint) {
        Optional<Eni> held = promises.held(endpoint);
        var report = manager.check(endpoint);
        held.ifPresent(eni -> promises.checked(endpoint, eni, report));
    }

    private void gcByList() {
        Instant asOf = Instant.now();
        Set<Endpoint> listed;
        synchronized (this) {
            listed = Set.copyOf(living);
        }
        Set<Endpoint> omitted = new HashSet<>(known);
        omitted.removeAll(listed);
        promises.omissionBegins(omitted, asOf);
        boolean goesOn = false;
        try {
            manager.gc(GcRequest.valid(listed).asOf(asOf));
        } catch (DeadlineExceededException e) {
            goesOn = true; // The round does, without its caller.
            throw e;
        } finally {
            if (!goesOn) {
                promises.omissionEnds(omitted);
            }
        }
    }

    private void kill(Endpoint endpoint) {
        ending(List.of(endpoint), () -> {
            synchronized (this) {
                Path dead = sandboxes.remove(endpoint);
                if (dead != null) {
                    machine.kill(dead);
                }
            }
        });
    }

    /** Whoever detached ENIs attaches them again. */
    void attachAgain() {
        int refused = machine.attachAgain(promises.detached());
        for (int i = 0; i < refused; i++) {
            promises.count("attachments refused");
        }
    }

    private void disturb(Action action) {
        synchronized (fate) {
            machine.disturb(action);
        }
    }

    /** Nothing goes wrong any more, and what hangs goes on. */
    void heal() {
        synchronized (fate) {
            machine.heal();
        }
    }

    /** What hangs ends with its process, so it is let go before; the next process begins when the last has ended. */
    private void restart(boolean crash) {
        synchronized (fate) {
            if (crash) {
                death.kill();
            }
            heal();
            manager.close();
            manager = started();
        }
    }

    /** Ends for good. */
    void close() {
        synchronized (fate) {
            heal();
            manager.close();
        }
    }
}
