package io.enim.benchmarks.fleet;

import io.enim.benchmarks.fleet.CloudAccount.CloudCall;

/**
 * Terway's exclusive mode: no pool. Each ADD has an ENI created and attached, each DEL has it detached and deleted, by one
 * controller for all nodes that knows the account's limits and waits in line, so nothing is throttled. Between the calls
 * it looks after 3 s and then every 3 s times 1.5 and so on. An ADD waits 118 s.
 */
final class TerwayNode extends SimulatedNode {
    private static final long PATIENCE = 118_000;
    private static final long LOOK = 3000;
    private static final double SLOWER = 1.5;

    private int ready;
    private int coming;

    TerwayNode(Simulation simulation, CloudAccount cloudAccount) {
        super(simulation, cloudAccount, PATIENCE);
    }

    @Override
    void start() {
        // Nothing happens before a pod asks.
    }

    @Override
    protected boolean take() {
        if (ready == 0) {
            return false;
        }
        ready--;
        return true;
    }

    @Override
    protected void unserved(Pod pod) {
        begin();
    }

    @Override
    protected void ended(Pod pod) {
        // The wish stands in the cluster's records: a pod that asks again finds the ENI that was begun for it.
    }

    private void begin() {
        while (ready + coming < waiting.size() && slots() < MOST) {
            coming++;
            occupy();
            call(
                    CloudCall.CREATE,
                    () -> call(
                            CloudCall.ATTACH,
                            () -> describe(simulation.now() + account.settleMillis(), LOOK, this::attached)));
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
                        LOOK,
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
            long made = account.callInTurn(CloudCall.DESCRIBE);
            simulation.at(made, () -> {
                if (simulation.now() >= settled) {
                    then.run();
                } else {
                    describe(settled, (long) (pause * SLOWER), then);
                }
            });
        });
    }
}
