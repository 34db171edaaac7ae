package io.enim.benchmarks.fleet;

import io.enim.benchmarks.fleet.Account.Call;

/**
 * Terway's exclusive mode: no pool. Each ADD has an ENI created and attached, each DEL has it detached and deleted, by one
 * controller for all nodes that knows the account's limits and waits in line, so nothing is throttled. Between the calls
 * it looks after 3 s and then every 3 s times 1.5 and so on. An ADD waits 118 s.
 */
final class TerwayNode extends Node {
    private static final long PATIENCE = 118_000;
    private static final long LOOK = 3000;
    private static final double SLOWER = 1.5;

    private int ready;
    private int coming;

    TerwayNode(Simulation simulation, Account account) {
        super(simulation, account, PATIENCE);
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
                    Call.CREATE,
                    () -> call(Call.ATTACH, () -> look(simulation.now() + account.settle(), LOOK, this::attached)));
        }
    }

    private void attached() {
        simulation.after(account.device(), () -> {
            coming--;
            ready++;
            serveWaiting();
        });
    }

    @Override
    void release() {
        call(
                Call.DETACH,
                () -> look(
                        simulation.now() + account.settle(),
                        LOOK,
                        () -> call(Call.DELETE, () -> {
                            vacate();
                            begin();
                        })));
    }

    private void call(Call call, Runnable then) {
        simulation.at(account.inLine(call), () -> simulation.after(account.answer(call), then));
    }

    private void look(long settled, long pause, Runnable then) {
        simulation.after(pause, () -> {
            long made = account.inLine(Call.DESCRIBE);
            simulation.at(made, () -> {
                if (simulation.now() >= settled) {
                    then.run();
                } else {
                    look(settled, (long) (pause * SLOWER), then);
                }
            });
        });
    }
}
