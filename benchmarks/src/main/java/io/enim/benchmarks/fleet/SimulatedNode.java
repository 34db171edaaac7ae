// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.fleet;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A node under some policy. A pod that cannot be served waits as long as the policy's ADD lasts and then fails; the
 * runtime repeats its ADD 11 to 13 s later.
 */
abstract class SimulatedNode {
    static final int MOST = 8;
    private static final long DEL_AFTER = 200;

    /** One pod's demand, equal to itself alone. */
    static final class Pod {
        private final Runnable served;

        Pod(Runnable served) {
            this.served = served;
        }
    }

    protected final Simulation simulation;
    protected final CloudAccount account;
    protected final Deque<Pod> waiting = new ArrayDeque<>();
    private final long addTimeout;
    /** Free ENIs, for policies that keep no more about each. */
    protected int ready;

    private int slots;

    /** An ADD waits this long before it fails; 0 for one that fails at once. */
    SimulatedNode(Simulation simulation, CloudAccount cloudAccount, long addTimeout) {
        this.simulation = simulation;
        this.account = cloudAccount;
        this.addTimeout = addTimeout;
    }

    /** Starts its timers, if it has any. */
    void start() {}

    protected boolean take() {
        if (ready == 0) {
            return false;
        }
        ready--;
        return true;
    }

    /** A pod could not be served: it waits, or its ADD fails at once. */
    protected void unserved(Pod pod) {}

    protected void served(Pod pod) {}

    /** A pod's failed ADD was followed by its DEL, as runtimes do; its next ADD is another endpoint's. */
    protected void ended(Pod pod) {}

    abstract void release();

    /** An ADD of a pod; its callback runs when it is served. */
    final void ask(Pod pod) {
        if (take()) {
            serve(pod);
            return;
        }
        if (addTimeout > 0) {
            waiting.add(pod);
            simulation.after(addTimeout, () -> {
                if (waiting.remove(pod)) {
                    fail(pod);
                }
            });
        } else {
            fail(pod);
        }
        unserved(pod);
    }

    private void fail(Pod pod) {
        simulation.after(DEL_AFTER, () -> ended(pod));
        simulation.after(simulation.between(11_000, 13_000), () -> ask(pod));
    }

    /** Serves waiting pods while there are free ENIs. */
    protected final void serveWaiting() {
        while (!waiting.isEmpty() && take()) {
            serve(waiting.remove());
        }
    }

    private void serve(Pod pod) {
        served(pod);
        pod.served.run();
    }

    /** Takes one of the instance's ENI slots. */
    protected final void occupy() {
        slots++;
        if (slots > MOST) {
            throw new IllegalStateException("the policy gave a node " + slots + " ENIs; its limit is " + MOST);
        }
    }

    protected final void vacate() {
        slots--;
    }

    final int slots() {
        return slots;
    }
}
