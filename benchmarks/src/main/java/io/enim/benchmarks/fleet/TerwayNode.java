package io.enim.benchmarks.fleet;

import io.enim.benchmarks.fleet.CloudAccount.CloudCall;
import io.enim.benchmarks.fleet.SimulatedNode.Pod;

/**
 * Terway's exclusive mode: no pool. Each ADD creates and attaches an ENI, each DEL detaches and deletes it, through one
 * controller for all nodes that knows the account's limits and queues its calls, so nothing is throttled. Between the
 * calls it describes after 3 s, then after 1.5 times that, and so on. An ADD waits 118 s.
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
    void start() {
        // Nothing happens before the first ADD.
    }

    @Override
    protected void unserved(Pod pod) {
        begin();
    }

    @Override
    protected void ended(Pod pod) {
        // The demand is recorded in the cluster: the pod's next ADD finds the ENI that was begun for it.
    }

    private void begin() {
        while (ready + coming < waiting.size() && slots() < MOST) {
            coming++;
            occupy();
            call(
                    CloudCall.CREATE,
                    () -> call(
                            CloudCall.ATTACH,
                            () -> describe(simulation.now() + account.settleMillis(), POLL, this::attached)));
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
                () -> describe(
                        simulation.now() + account.settleMillis(),
                        POLL,
                        () -> call(CloudCall.DELETE, () -> {
                            vacate();
                            begin();
                        })));
    }

    private void call(CloudCall cloudCall, Runnable then) {
        simulation.at(account.callInTurn(cloudCall), () -> simulation.after(account.answerMillis(cloudCall), then));
    }

    private void describe(long settled, long pause, Runnable then) {
        simulation.after(pause, () -> {
            long turn = account.callInTurn(CloudCall.DESCRIBE);
            simulation.at(turn, () -> {
                if (simulation.now() >= settled) {
                    then.run();
                } else {
                    describe(settled, (long) (pause * SLOWER), then);
                }
            });
        });
    }
}
