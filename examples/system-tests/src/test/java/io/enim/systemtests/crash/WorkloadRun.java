package io.enim.systemtests.crash;

import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.systemtests.crash.NodeProcess.NodeReply;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** One run of a {@link NodeWorkload}: its endpoints have names of their own, and its errors are kept. */
final class WorkloadRun {
    final CrashTestbed testbed;
    /** The endpoint that is disturbed; its device is called eth0 in its sandbox. */
    final String victim;

    final Set<String> endpoints = new LinkedHashSet<>();
    /** To which sandboxes of the manager's own were handed out. */
    final Set<String> keys = new LinkedHashSet<>();

    final List<String> errors = new ArrayList<>();
    /** Endpoints that took their devices away: where those are is no promise of ours as long as the endpoints live. */
    final Set<String> withoutDevice = new LinkedHashSet<>();

    /** Endpoints whose tenants deleted their host links; an ADD that comes again makes them anew, if it gets that far. */
    final Set<String> withoutHostLink = new LinkedHashSet<>();

    private final int number;
    private final List<TestbedNamespace> heldOpen = new ArrayList<>();

    WorkloadRun(CrashTestbed testbed, int number) {
        this.testbed = testbed;
        this.number = number;
        this.victim = "victim-" + number;
    }

    private void tried(NodeReply reply) {
        reply.error().ifPresent(errors::add);
    }

    void add() {
        add(victim);
    }

    /** As many more endpoints come. */
    void addNewcomers(long count) {
        for (int i = 0; i < count; i++) {
            add("newcomer" + i + "-" + number);
        }
    }

    private void add(String name) {
        endpoints.add(name);
        tried(testbed.add(name));
    }

    /** The endpoint comes, and its tenant does something in its sandbox. */
    void addAndThen(Consumer<TestbedNamespace> action) {
        add();
        try (TestbedNamespace sandbox = testbed.stage.open(victim)) {
            action.accept(sandbox);
        }
    }

    /** The endpoint comes, and its tenant spoils its device and deletes its host link. */
    void addAndSpoil() {
        withoutHostLink.add(victim);
        addAndThen(sandbox -> {
            sandbox.setDown("eth0");
            sandbox.setMtu("eth0", 1400);
            sandbox.devices().stream()
                    .map(Device::name)
                    .filter(name -> name.startsWith("hl-"))
                    .forEach(sandbox::deleteDevice);
        });
    }

    /** The endpoint comes, and its tenant takes the device along into a namespace that has a name or is only held open. */
    void addAndMoveOn(boolean named) {
        String further = "further-" + number;
        withoutDevice.add(victim);
        TestbedNamespace target = testbed.stage.create(further);
        addAndThen(sandbox -> sandbox.moveTo(target, "eth0"));
        if (named) {
            endpoints.add(further);
            target.close();
        } else {
            testbed.stage.delete(further);
            heldOpen.add(target);
        }
    }

    void del() {
        tried(testbed.ask("del " + victim));
    }

    /** A sandbox of the manager's own is made if none is ready, and handed out. */
    void take() {
        keys.add(victim);
        tried(testbed.ask("take " + victim));
    }

    /** The manager keeps a sandbox ready from now on. */
    void keepReady() {
        stop();
        testbed.start("enim.sandboxes.ready=1");
        CrashTestbed.await(
                "a sandbox is ready",
                () -> testbed.ask("ready-sandboxes").orFail().equals(List.of("1")));
        testbed.awaitSettled(testbed.size);
    }

    void giveBack() {
        tried(testbed.ask("give-back"));
    }

    void gc() {
        tried(testbed.ask("gc"));
    }

    void delAndGc() {
        del();
        gc();
    }

    /** The runtime says which endpoints are alive: all but this run's. */
    void gcWithoutOurs() {
        tried(testbed.ask("gc valid " + String.join(" ", testbed.bystanders.keySet())));
    }

    boolean hasPassed(CrashPoint point) {
        return testbed.passed().stream().anyMatch(passed -> passed.endsWith(point.toString()));
    }

    void stop() {
        testbed.ask("stop").orFail();
    }

    void startAndGc() {
        testbed.start("");
        testbed.awaitSettled(testbed.size);
        gc();
    }

    /** Time goes on: what held a namespace open lets go. */
    void releaseHeldNamespaces() {
        heldOpen.forEach(TestbedNamespace::close);
        heldOpen.clear();
    }
}
