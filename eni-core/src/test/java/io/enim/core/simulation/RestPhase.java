package io.enim.core.simulation;

import io.enim.Assignment;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Nothing is wrong any more: what must then come true, one after another, until a promise is broken. */
final class RestPhase {
    private static final Path HOST = Path.of("/");
    private static final Duration LONGEST_RECOVERY = Duration.ofHours(6);
    /** What ends by a DEL or by garbage collection has ended by then. */
    private static final int LOOKS_BEFORE_THE_OPERATOR = 6;

    private final SimulatedNode node;
    private final WorldEvents events;
    private final Pods pods;
    private final Requests requests;
    private List<String> left = List.of("not asked");
    private int looks;

    RestPhase(SimulatedNode node, WorldEvents events, Pods pods, Requests requests) {
        this.node = node;
        this.events = events;
        this.pods = pods;
        this.requests = requests;
    }

    void run() {
        node.chaos.heal();
        node.trouble.heal();
        pods.noMore();
        ClosePhase closing = new ClosePhase(node, events, pods, requests);
        events.runFor(Duration.ofMinutes(30));
        List<Runnable> steps = List.of(
                () -> node.oracle.allInPlace("after the faults"),
                pods::endAll,
                () -> eventually("P3: every DEL succeeds", pods::left),
                () -> eventually("P5: nothing is left", this::residue),
                pods::fill,
                () -> eventually("P20: the node serves as many as it has ENIs for", this::unserved),
                this::crowd,
                closing::whileAddsWait,
                () -> eventually("P20: the node serves as many as it has ENIs for", this::unserved),
                closing::whileCallsHang,
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
        new Crowd(node, events, requests).come();
        events.runFor(Duration.ofMinutes(2));
    }

    private void close() {
        requests.close(() -> {});
        events.runFor(Duration.ofMinutes(2));
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
        long end = node.scheduler.now() + LONGEST_RECOVERY.toNanos();
        List<?> last = open.get();
        while (!last.isEmpty()
                && node.scheduler.now() < end
                && node.oracle.violations().isEmpty()) {
            events.runFor(Duration.ofMinutes(5));
            last = open.get();
        }
        if (!last.isEmpty()) {
            node.oracle.violated(promise + ": " + last);
        }
    }

    /**
     * An operator does so, whom health tells of it: nothing else ends the damaged record of a pod that the runtime has
     * forgotten, after a loss of power or because the pod died without a DEL.
     */
    private static void endUnreadable(EniManager manager) {
        manager.enis().stream()
                .flatMap(eni -> eni.holder().stream())
                .filter(holder -> holder.namespace().equals("enim:unreadable"))
                .forEach(manager::del);
    }

    /** What the manager said last, for it is asked on a thread of its process. */
    private List<String> residue() {
        left = List.of("no answer");
        requests.call(
                "state", Duration.ofMinutes(1), this::residue, found -> left = found, e -> left = List.of("" + e));
        events.runFor(Duration.ofMinutes(2));
        return left;
    }

    private List<String> residue(EniManager manager) {
        if (++looks > LOOKS_BEFORE_THE_OPERATOR) {
            endUnreadable(manager);
        }
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
