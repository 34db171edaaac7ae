package io.enim.core.stress;

import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * What must be true when nothing goes wrong any more and nobody asks for anything: whoever holds an ENI for certain has it,
 * and after every endpoint was deleted and garbage was collected, every ENI is free, its device at home, and the cloud has
 * no other.
 */
final class QuiescenceCheck {
    private static final Path HOME = Path.of("/");
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final StressEnvironment environment;
    private final NodeRuntime runtime;
    private final StressOracle oracle;
    private final long patienceNanos;

    QuiescenceCheck(StressEnvironment machine, NodeRuntime runtime, StressOracle promises, Duration patience) {
        this.environment = machine;
        this.runtime = runtime;
        this.oracle = promises;
        this.patienceNanos = patience.toNanos();
    }

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
        eventually("P5: after DEL and garbage collection nothing is left", () -> {
            manager.gc();
            return residue(manager);
        });
        oracle.endingEnds(runtime.known());
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
            oracle.broken("P4: " + endpoint + " holds " + eni.id() + ", and recorded is " + recorded);
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
            if (eni.state() != EniState.READY || !place.equals(Optional.of(HOME))) {
                left.add(eni.id() + " is " + eni.state() + " " + eni.reason() + ", its device at " + place);
            }
        }
        left.addAll(environment.residue(enis));
        return left;
    }

    /** Asks again until the answer is empty; the last one is a violation when the patience is over. */
    private void eventually(String promise, Supplier<? extends List<?>> open) {
        long end = System.nanoTime() + patienceNanos;
        Object last = ask(open);
        while (!last.equals(List.of()) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(POLL_NANOS);
            last = ask(open);
        }
        if (!last.equals(List.of())) {
            oracle.broken(promise + ": " + last + "; " + runtime.manager().health());
        }
    }

    private static Object ask(Supplier<? extends List<?>> open) {
        try {
            return open.get();
        } catch (EniException e) {
            return e;
        }
    }
}
