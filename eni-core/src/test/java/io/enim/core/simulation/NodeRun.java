package io.enim.core.simulation;

import io.enim.core.chaos.Fault;
import io.enim.core.chaos.Fault.Kind;
import java.time.Duration;
import java.util.List;

/** One run of a node from a seed: its faults, then peace, in which everything must come to rest. */
final class NodeRun {
    private final Scheduler scheduler;
    private final SimulatedNode node;
    private final WorldEvents events;
    private final Pods pods;
    private final Requests requests;
    private final Duration time;
    private final List<Fault> faults;
    private boolean stormed;

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
        this.events = new WorldEvents(scheduler);
        this.pods = new Pods(node, events);
        this.requests = new Requests(node, events, pods);
        this.time = scenario.time();
        this.faults = scenario.faults();
        pods.use(requests);
        node.oracle.onViolation(events::stop);
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
        faults.forEach(fault -> events.in(fault.at(), () -> begin(fault)));
        events.in(Duration.ofMinutes(1), pods::come);
        events.in(Duration.ofMinutes(2), new Monitor(node, events, requests)::look);
        long end = scheduler.now() + time.toNanos();
        while (scheduler.now() < end && node.oracle.violations().isEmpty()) {
            events.runFor(Duration.ofMinutes(10));
            node.oracle.allInPlace("at " + Duration.ofNanos(scheduler.now()));
            requests.allInTime();
        }
        if (node.oracle.violations().isEmpty()) {
            node.pace.onCall(() -> {});
            new RestPhase(node, events, pods, requests).run();
        }
        events.clear();
        node.processes().forEach(node::kill);
        events.runFor(Duration.ofMinutes(1));
    }

    private void begin(Fault fault) {
        if (fault.isOfCalls() || fault.isOfProcess()) {
            node.chaos.begins(fault);
            node.trouble.begins(fault);
            events.in(fault.lasts(), () -> {
                node.chaos.ends(fault);
                node.trouble.ends(fault);
            });
            // What goes wrong is met by calls.
            events.in(fault.lasts().dividedBy(8), pods::burst);
            if (fault.kind() == Kind.DEAF && fault.chance() == 100 && !stormed) {
                stormed = true;
                pods.storm(fault.lasts());
            }
            return;
        }
        switch (fault.kind()) {
            case CLOCK -> node.stepClock(Duration.ofSeconds(fault.detail()));
            case HIDDEN -> pods.hide(fault.lasts());
            case FLIP -> {
                node.flipBit();
                requests.kill(fault.lasts());
            }
            case CLOSE -> {
                pods.burst();
                events.in(Duration.ofSeconds(1), () -> requests.restart(fault.chance() < 100));
            }
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
}
