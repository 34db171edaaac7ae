package io.enim.core.stress;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniState;
import io.enim.Health;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What must be true without faults and calls: an endpoint that holds an ENI for certain has it, and after every endpoint was
 * deleted and garbage was collected, every ENI is free, its device on the host, and the cloud has no other.
 */
final class QuiescenceCheck {
    private static final Path HOST = Path.of("/");
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** What passes at the node with each poll: a circuit breaker may hold calls to the cloud back for a minute of it. */
    private static final Duration PASSING = Duration.ofMillis(100);
    /** Far more than the minute, where no time passes faster than the machine's. */
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(5);

    private static final Endpoint PROBE = Endpoint.of("stress", "probe", "c");
    private static final Duration LONGEST_ADD = Duration.ofMinutes(1);

    private final StressEnvironment environment;
    private final NodeRuntime runtime;
    private final StressOracle oracle;
    private final SeededManagerBug bug;

    QuiescenceCheck(StressEnvironment environment, NodeRuntime runtime, StressOracle oracle, SeededManagerBug bug) {
        this.environment = environment;
        this.runtime = runtime;
        this.oracle = oracle;
        this.bug = bug;
    }

    /** Requires it, unless a promise is broken already: then that is the verdict, and the node may never come to rest. */
    void require() {
        runtime.heal();
        runtime.attachAgain();
        EniManager manager = runtime.manager();
        eventually("P8: a round of garbage collection ends", () -> {
            manager.gc();
            return List.of();
        });
        oracle.allHeld().forEach((endpoint, eni) -> requireHeld(manager, endpoint, eni));
        oracle.endingBegins(runtime.known());
        for (Endpoint endpoint : runtime.known()) {
            eventually("P3: DEL " + endpoint + " succeeds", () -> {
                manager.del(endpoint);
                return List.of();
            });
        }
        eventually(
                "P5: after DEL and garbage collection nothing is left",
                () -> {
                    manager.gc();
                    return residue(manager);
                },
                bug::hasLeftResidue);
        oracle.endingEnds(runtime.known());
        eventually("P15: health names no problem at rest", () -> problems(manager));
        requireService(manager);
    }

    /** What was set aside stays in health until the next start; a pool may be set to keep none. */
    private static List<String> problems(EniManager manager) {
        return manager.health().reasons().stream()
                .filter(reason -> !reason.contains("for inspection") && !reason.equals("no ENI is free now: {}"))
                .toList();
    }

    /** The next ADD succeeds, and every place for an operation is there. */
    private void requireService(EniManager manager) {
        if (!oracle.violations().isEmpty()) {
            return;
        }
        try {
            if (manager.health().status() == Health.Status.HEALTHY) {
                manager.add(AddRequest.forEndpoint(PROBE).timeout(LONGEST_ADD).build());
                manager.del(PROBE);
            }
        } catch (EniException e) {
            oracle.violated("P20: health was HEALTHY, and an ADD failed with " + e);
        }
        // A round of garbage collection may take one for a moment.
        SlotCheck slots = new SlotCheck(environment.seams(), StressProgram.PLACES);
        eventually("P15: every place for an operation is there", () -> slots.run(manager));
    }

    /** Something to begin with. */
    void awaitFree() {
        eventually("P8: an ENI becomes free", () -> {
            boolean free = runtime.manager().enis().stream().anyMatch(eni -> eni.state() == EniState.READY);
            return free ? List.of() : List.of("none is free");
        });
    }

    private void requireHeld(EniManager manager, Endpoint endpoint, Eni eni) {
        Optional<Assignment> recorded = manager.assignments().stream()
                .filter(assignment -> assignment.endpoint().equals(endpoint))
                .findFirst();
        if (recorded.isEmpty() || !recorded.get().eni().id().equals(eni.id())) {
            oracle.violated("P4: " + endpoint + " holds " + eni.id() + ", and recorded is " + recorded);
            return;
        }
        eventually(
                "P4: CHECK finds " + endpoint + " as it was set up",
                () -> manager.check(endpoint).differences());
    }

    private List<String> residue(EniManager manager) {
        List<String> left = new ArrayList<>();
        manager.assignments()
                .forEach(one ->
                        left.add(one.endpoint() + " " + one.eni().id() + " " + one.phase() + " " + one.reason()));
        List<Eni> enis = manager.enis();
        for (Eni eni : enis) {
            Optional<Path> place = environment.locate(eni.mac());
            if (eni.state() != EniState.READY || !place.equals(Optional.of(HOST))) {
                left.add(eni.id() + " is " + eni.state() + " " + eni.reason() + ", its device at " + place);
            }
        }
        left.addAll(environment.residue(enis));
        return left;
    }

    private void eventually(String promise, Supplier<? extends List<?>> open) {
        eventually(promise, open, () -> false);
    }

    /** Asks again until the answer is empty; a last one that is not is a violation. */
    private void eventually(String promise, Supplier<? extends List<?>> open, BooleanSupplier isFinal) {
        long begin = System.nanoTime();
        while (oracle.violations().isEmpty()) {
            boolean last = isFinal.getAsBoolean() || System.nanoTime() - begin > LONGEST_NANOS;
            Object answer;
            try {
                answer = open.get();
            } catch (EniException e) {
                answer = e;
            }
            if (answer.equals(List.of())) {
                return;
            }
            if (last) {
                oracle.violated(
                        promise + ": " + answer + "; " + runtime.manager().health());
            } else {
                environment.pass(PASSING);
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }
}
