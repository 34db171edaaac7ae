package io.enim.core.simulation;

import io.enim.Assignment;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniState;
import io.enim.core.chaos.Fault;
import io.enim.core.chaos.Fault.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** One run of a node from a seed: its faults, then peace, in which everything must come to rest. */
final class NodeRun {
    private static final Path HOST = Path.of("/");
    private static final Duration LONGEST_RECOVERY = Duration.ofHours(6);

    private final Scheduler scheduler;
    private final SimulatedNode node;
    private final Agenda agenda;
    private final Pods pods;
    private final Requests requests;
    private final Duration time;
    private final List<Fault> faults;
    private List<String> left = List.of("not asked");

    /**
     * What a run showed.
     *
     * @param trace equal when the run was the same to the letter
     */
    record Outcome(List<String> violations, long trace, Duration time, long switches, int pods, int added, int starts) {
        /** The promise that was broken first; empty when none was. */
        String promise() {
            return violations.isEmpty() ? "" : violations.get(0).replaceFirst(":.*", "");
        }
    }

    NodeRun(Scenario scenario) {
        this.scheduler = new Scheduler(scenario.seed());
        this.node = new SimulatedNode(scheduler, scenario.flaw().get());
        this.agenda = new Agenda(scheduler);
        this.pods = new Pods(node, agenda);
        this.requests = new Requests(node, agenda, pods);
        this.time = scenario.time();
        this.faults = scenario.faults();
        pods.use(requests);
    }

    Outcome run() throws InterruptedException {
        scheduler.run(this::drive);
        return new Outcome(
                node.oracle.violations(),
                scheduler.trace(),
                Duration.ofNanos(scheduler.now()),
                scheduler.switches(),
                pods.made(),
                pods.answered(),
                requests.starts());
    }

    private void drive() {
        requests.start();
        faults.forEach(fault -> agenda.in(fault.at(), () -> begin(fault)));
        agenda.in(Duration.ofMinutes(1), pods::come);
        long end = scheduler.now() + time.toNanos();
        while (scheduler.now() < end && node.oracle.violations().isEmpty()) {
            agenda.runFor(Duration.ofMinutes(10));
            node.oracle.allInPlace("at " + Duration.ofNanos(scheduler.now()));
        }
        if (node.oracle.violations().isEmpty()) {
            comeToRest();
        }
        agenda.clear();
        node.processes().forEach(node::kill);
        agenda.runFor(Duration.ofMinutes(1));
    }

    private void begin(Fault fault) {
        if (fault.isOfCalls() || fault.kind() == Kind.NO_THREADS) {
            node.chaos.begins(fault);
            agenda.in(fault.lasts(), () -> node.chaos.ends(fault));
            return;
        }
        switch (fault.kind()) {
            case CLOCK -> node.stepClock(Duration.ofSeconds(fault.detail()));
            case CLOSE -> requests.restart(fault.chance() < 100);
            case KILL -> atCall(fault.detail(), () -> requests.kill(fault.lasts()));
            default ->
                atCall(fault.detail(), () -> {
                    pods.allDie();
                    node.oracle.allEnd();
                    requests.losePower(fault.lasts());
                });
        }
    }

    /** Something happens at a call of a process, so many calls from now. */
    private void atCall(long number, Runnable deed) {
        long[] left = {number};
        node.pace.onCall(() -> {
            if (left[0]-- == 0) {
                node.pace.onCall(() -> {});
                deed.run();
            }
        });
    }

    private void comeToRest() {
        node.pace.onCall(() -> {});
        node.chaos.heal();
        pods.noMore();
        agenda.runFor(Duration.ofMinutes(30));
        List<Runnable> steps = List.of(
                () -> node.oracle.allInPlace("after the faults"),
                pods::endAll,
                () -> eventually("P3: every DEL succeeds", pods::left),
                () -> eventually("P5: nothing is left", this::residue),
                pods::fill,
                () -> eventually("P20: the node serves as many as it has ENIs for", this::unserved),
                this::crowd,
                pods::endAll,
                () -> eventually("P3: every DEL succeeds", pods::left),
                () -> eventually("P5: nothing is left", this::residue),
                this::close);
        steps.stream().takeWhile(step -> node.oracle.violations().isEmpty()).forEach(Runnable::run);
    }

    private List<String> unserved() {
        int held = node.oracle.heldCount();
        return held == node.maxEnis ? List.of() : List.of(held + " of " + node.maxEnis);
    }

    private void crowd() {
        pods.crowd(node.maxOperations);
        agenda.runFor(Duration.ofMinutes(2));
    }

    private void close() {
        requests.close(() -> {});
        agenda.runFor(Duration.ofMinutes(2));
        List<String> running = node.processes().stream()
                .flatMap(process -> process.threads().stream())
                .map(Thread::getName)
                .filter(name -> !name.startsWith("agent"))
                .toList();
        if (!running.isEmpty()) {
            node.oracle.violated("P17: closed, and " + running + " run");
        }
        if (node.disk.isLocked()) {
            node.oracle.violated("P17: closed, and directories are locked");
        }
    }

    private void eventually(String promise, Supplier<? extends List<?>> open) {
        long end = scheduler.now() + LONGEST_RECOVERY.toNanos();
        List<?> last = open.get();
        while (!last.isEmpty()
                && scheduler.now() < end
                && node.oracle.violations().isEmpty()) {
            agenda.runFor(Duration.ofMinutes(5));
            last = open.get();
        }
        if (!last.isEmpty()) {
            node.oracle.violated(promise + ": " + last);
        }
    }

    /** What the manager said last, for it is asked on a thread of its process. */
    private List<String> residue() {
        left = List.of("no answer");
        requests.call(
                "state", Duration.ofMinutes(1), this::residue, found -> left = found, e -> left = List.of("" + e));
        agenda.runFor(Duration.ofMinutes(2));
        return left;
    }

    private List<String> residue(EniManager manager) {
        List<String> found = new ArrayList<>();
        for (Assignment one : manager.assignments()) {
            found.add(one.endpoint() + " " + one.eni().id() + " " + one.phase() + " " + one.reason());
        }
        for (Eni eni : manager.enis()) {
            Optional<Path> place = node.devices.whereIs(eni.mac());
            if (eni.state() != EniState.READY || !place.equals(Optional.of(HOST))) {
                found.add(eni.id() + " is " + eni.state() + " " + eni.reason() + ", its device at " + place);
            }
        }
        // What was set aside stays in health until the next start; a pool may be set to keep none.
        boolean empty = manager.enis().isEmpty();
        manager.health().reasons().stream()
                .filter(reason -> !reason.contains("for inspection"))
                .filter(reason -> !empty || !reason.startsWith("no ENI is free now"))
                .forEach(found::add);
        return found;
    }
}
