package io.enim.systemtests.crash;

import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.systemtests.crash.NodeProcess.NodeReply;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One run of a {@link NodeWorkload}: its endpoints have names of their own, and its errors are kept. */
final class WorkloadRun {
    static final String VICTIM = "victim";

    private final CrashTestbed testbed;
    private final int number;
    private final Set<String> endpoints = new LinkedHashSet<>();
    private final List<String> errors = new ArrayList<>();
    private final Set<String> withoutDevice = new LinkedHashSet<>();
    private final List<TestbedNamespace> heldOpen = new ArrayList<>();

    WorkloadRun(CrashTestbed ground, int number) {
        this.testbed = ground;
        this.number = number;
    }

    CrashTestbed testbed() {
        return testbed;
    }

    String name(String who) {
        return who + "-" + number;
    }

    Set<String> endpoints() {
        return endpoints;
    }

    List<String> errors() {
        return errors;
    }

    private Optional<String> tried(NodeReply nodeReply) {
        nodeReply.error().ifPresent(errors::add);
        return nodeReply.error();
    }

    /** ADDs an endpoint to a sandbox of its own; the error, if there was one. */
    Optional<String> add(String who) {
        String name = name(who);
        if (endpoints.add(name)) {
            testbed.sandbox(name);
        }
        return tried(testbed.add(name));
    }

    Optional<String> del(String who) {
        return tried(testbed.ask("del " + name(who)));
    }

    void gc() {
        tried(testbed.ask("gc"));
    }

    /** The runtime says who is alive: all but this play's endpoints. */
    void gcWithoutOurs() {
        tried(testbed.ask("gc valid " + String.join(" ", testbed.bystanders().keySet())));
    }

    void stop() {
        testbed.ask("stop").orFail("stop");
    }

    /** Does something in the endpoint's sandbox, as its tenant; its device is called eth0. */
    void asTenant(String who, Consumer<TestbedNamespace> deed) {
        testbed.inside(name(who), deed);
    }

    /** Endpoints that took their devices away: where those are is no promise of ours as long as the endpoints live. */
    Set<String> withoutDevice() {
        return withoutDevice;
    }

    /** The tenant takes its device along into another namespace, which has a name or is only held open. */
    void tenantMovesOn(String who, boolean named) {
        String further = name("further");
        withoutDevice.add(name(who));
        TestbedNamespace target = testbed.stage().create(further);
        asTenant(who, sandbox -> sandbox.moveTo(target, "eth0"));
        if (named) {
            endpoints.add(further);
            target.close();
        } else {
            testbed.stage().delete(further);
            heldOpen.add(target);
        }
    }

    void endSandbox(String who) {
        testbed.endSandbox(name(who));
    }

    /** Time goes on: what held a namespace open lets go. */
    void releaseHeldNamespaces() {
        heldOpen.forEach(TestbedNamespace::close);
        heldOpen.clear();
    }
}
