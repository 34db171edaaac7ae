// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.fleet;

import io.enim.benchmarks.fleet.CloudAccount.CloudCall;
import io.enim.benchmarks.fleet.SimulatedNode.Pod;

/**
 * Terway's exclusive mode: no pool. Each ADD creates and attaches an ENI, each DEL detaches and deletes it, through one
 * controller for all nodes that knows the account's limits and queues its calls, so nothing is throttled. Between the
 * calls it describes after 3 s, then after 1.5 times that, and so on. An ADD waits 118 s; its demand is recorded in the
 * cluster, so after a failure the pod's next ADD finds the ENI that was begun for it.
 */
final class TerwayNode extends SimulatedNode {
    private static final long ADD_TIMEOUT = 118_000;
    private static final long POLL = 3000;
    private static final double SLOWER = 1.5;

    private int coming;

    TerwayNode(Simulation simulation, CloudAccount cloudAccount) {
        super(simulation, cloudAccount, ADD_TIMEOUT);
    }

    @Override
    protected void unserved(Pod pod) {
        begin();
    }

    private void begin() {
        while (ready + coming < waiting.size() && slots() < MOST) {
            coming++;
            occupy();
            call(CloudCall.CREATE, () -> call(CloudCall.ATTACH, () -> await(this::attached)));
        }
    }

    private void attached() {
        simulation.after(account.deviceMillis(), () -> {
            coming--;
            ready++;
            serveWaiting();
        });
    }

    @Override
    void release() {
        call(
                CloudCall.DETACH,
                () -> await(() -> call(CloudCall.DELETE, () -> {
                    vacate();
                    begin();
                })));
    }

    /** Describes until the cloud has completed the last call. */
    private void await(Runnable then) {
        describe(simulation.now() + account.settleMillis(), POLL, then);
    }

    private void call(CloudCall cloudCall, Runnable then) {
        simulation.at(account.callInTurn(cloudCall), () -> simulation.after(account.answerMillis(cloudCall), then));
    }

    private void describe(long settled, long pause, Runnable then) {
        simulation.after(pause, () -> {
            simulation.at(account.callInTurn(CloudCall.DESCRIBE), () -> {
                if (simulation.now() >= settled) {
                    then.run();
                } else {
                    describe(settled, (long) (pause * SLOWER), then);
                }
            });
        });
    }
}
