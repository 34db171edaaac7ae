package io.enim.benchmarks.fleet;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A node under some policy. Pods ask; who cannot be served is waited for as long as the policy's ADD lasts, then fails,
 * and the runtime asks again 11 to 13 s later.
 */
abstract class SimulatedNode {
    static final int MOST = 8;
    private static final long DEL_AFTER = 200;

    /** One pod's wish. */
    static final class Pod {
        private final Runnable served;
        private boolean done;

        Pod(Runnable served) {
            this.served = served;
        }
    }

    protected final Simulation simulation;
    protected final CloudAccount account;
    protected final Deque<Pod> waiting = new ArrayDeque<>();
    private final long patience;
    private int slots;

    /** How long an ADD waits before it fails; 0 for one that fails at once. */
    SimulatedNode(Simulation simulation, CloudAccount cloudAccount, long patience) {
        this.simulation = simulation;
        this.account = cloudAccount;
        this.patience = patience;
    }

    /** Begins its timers. */
    abstract void start();

    /** Takes a free ENI, if there is one. */
    protected abstract boolean take();

    /** A pod could not be served: it waits, or its ADD fails at once. */
    protected abstract void unserved(Pod pod);

    /** A pod got its ENI. */
    protected void served(Pod pod) {}

    /** A pod's failed ADD was followed by its DEL, as runtimes do it; it will ask again as another endpoint. */
    protected abstract void ended(Pod pod);

    /** A pod's ENI comes back. */
    abstract void release();

    /** A pod asks; what it was made with runs when it is served. */
    final void ask(Pod pod) {
        if (take()) {
            serve(pod);
            return;
        }
        if (patience > 0) {
            waiting.add(pod);
            simulation.after(patience, () -> {
                if (!pod.done && waiting.remove(pod)) {
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

    /** Serves who waits, as long as there is something to serve with. */
    protected final void serveWaiting() {
        while (!waiting.isEmpty() && take()) {
            serve(waiting.remove());
        }
    }

    private void serve(Pod pod) {
        pod.done = true;
        served(pod);
        pod.served.run();
    }

    /** One of the instance's places is taken. */
    protected final void occupy() {
        slots++;
        if (slots > MOST) {
            throw new IllegalStateException("a node has " + slots + " ENIs, and may have " + MOST);
        }
    }

    protected final void vacate() {
        slots--;
    }

    final int slots() {
        return slots;
    }
}
