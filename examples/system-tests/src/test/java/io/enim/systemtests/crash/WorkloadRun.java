package io.enim.examples.agent.crash;

import io.enim.examples.agent.crash.Remote.Reply;
import io.enim.netlink.NetworkNamespace;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One run of a {@link Program}: its endpoints have names of their own, and its errors are kept. */
final class Play {
    static final String VICTIM = "victim";

    private final Ground ground;
    private final int number;
    private final Set<String> endpoints = new LinkedHashSet<>();
    private final List<String> errors = new ArrayList<>();
    private final Set<String> strayed = new LinkedHashSet<>();
    private final List<NetworkNamespace> heldOpen = new ArrayList<>();

    Play(Ground ground, int number) {
        this.ground = ground;
        this.number = number;
    }

    Ground ground() {
        return ground;
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

    private Optional<String> tried(Reply reply) {
        reply.error().ifPresent(errors::add);
        return reply.error();
    }

    /** ADDs an endpoint to a sandbox of its own; the error, if there was one. */
    Optional<String> add(String who) {
        String name = name(who);
        if (endpoints.add(name)) {
            ground.sandbox(name);
        }
        return tried(ground.add(name));
    }

    Optional<String> del(String who) {
        return tried(ground.ask("del " + name(who)));
    }

    void gc() {
        tried(ground.ask("gc"));
    }

    /** The runtime says who is alive: all but this play's endpoints. */
    void gcWithoutOurs() {
        tried(ground.ask("gc valid " + String.join(" ", ground.bystanders().keySet())));
    }

    void stop() {
        ground.ask("stop").orFail("stop");
    }

    /** Does something in the endpoint's sandbox, as its tenant; its device is called eth0. */
    void tenant(String who, Consumer<NetworkNamespace> deed) {
        ground.inside(name(who), deed);
    }

    /** Endpoints that took their devices away: where those are is no promise of ours as long as the endpoints live. */
    Set<String> strayed() {
        return strayed;
    }

    /** The tenant takes its device along into another namespace, which has a name or is only held open. */
    void tenantMovesOn(String who, boolean named) {
        String further = name("further");
        strayed.add(name(who));
        NetworkNamespace target = ground.stage().create(further);
        tenant(who, sandbox -> sandbox.moveTo(target, "eth0"));
        if (named) {
            endpoints.add(further);
            target.close();
        } else {
            ground.stage().delete(further);
            heldOpen.add(target);
        }
    }

    void endSandbox(String who) {
        ground.endSandbox(name(who));
    }

    /** Time goes on: whoever held a namespace open lets go. */
    void timePasses() {
        heldOpen.forEach(NetworkNamespace::close);
        heldOpen.clear();
    }
}
