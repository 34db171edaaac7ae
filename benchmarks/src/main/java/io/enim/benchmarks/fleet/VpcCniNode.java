// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.fleet;

import io.enim.benchmarks.fleet.CloudAccount.CloudCall;

/**
 * The AWS VPC CNI's pool policy, as if an ENI served one pod: {@code WARM_ENI_TARGET=1}; a loop every 5 s that creates one
 * ENI and waits for it, or frees one at most every 30 s; create, attach, modify; deletion retried until it is detached
 * (0.5 s, doubling); 30 s cooldown; throttled calls retried by the SDK, three tries. An ADD without a free ENI fails at
 * once, and the loop does not know how many failed.
 */
final class VpcCniNode extends SimulatedNode {
    private static final long LOOP = 5000;
    private static final long COOLDOWN = 30_000;
    private static final long SHRINK = 30_000;
    private static final long LEAK_CHECK = 3_600_000;
    private static final int TRIES = 3;

    private long lastChange;

    VpcCniNode(Simulation simulation, CloudAccount cloudAccount) {
        super(simulation, cloudAccount, 0);
    }

    @Override
    void start() {
        simulation.after(simulation.between(0, LOOP), this::loop);
        simulation.after(simulation.between(0, LEAK_CHECK), this::describeLeaked);
    }

    private void describeLeaked() {
        account.tryCall(CloudCall.DESCRIBE);
        simulation.after(LEAK_CHECK, this::describeLeaked);
    }

    @Override
    void release() {
        simulation.after(COOLDOWN, () -> ready++);
    }

    private void loop() {
        long now = simulation.now();
        if (ready < 1 && slots() < MOST) {
            occupy();
            lastChange = now;
            call(CloudCall.CREATE, 1, this::attach, () -> {
                vacate();
                loopLater();
            });
        } else if (ready > 1 && now - lastChange >= SHRINK) {
            ready--;
            lastChange = now;
            call(CloudCall.DETACH, 1, this::detached, () -> {
                ready++;
                loopLater();
            });
        } else {
            loopLater();
        }
    }

    private void loopLater() {
        simulation.after(LOOP, this::loop);
    }

    private void attach() {
        call(CloudCall.ATTACH, 1, () -> call(CloudCall.MODIFY, 1, this::attached, this::attached), () -> {
            delete();
            loopLater();
        });
    }

    private void attached() {
        simulation.after(account.settleMillis() + account.deviceMillis(), () -> {
            ready++;
            loopLater();
        });
    }

    private void detached() {
        tryDelete(simulation.now() + account.settleMillis(), 500);
        loopLater();
    }

    /** Deletes until the cloud has detached it; each earlier try is a refused call. */
    private void tryDelete(long gone, long pause) {
        simulation.after(pause, () -> {
            if (account.tryCall(CloudCall.DELETE) && simulation.now() >= gone) {
                vacate();
            } else {
                tryDelete(gone, Math.min(60_000, simulation.between(pause * 2 - pause / 4, pause * 2 + pause / 4)));
            }
        });
    }

    private void delete() {
        call(CloudCall.DELETE, 1, this::vacate, () -> simulation.after(LOOP, this::delete));
    }

    /** A call through the SDK, which tries three times when throttled. */
    private void call(CloudCall cloudCall, int attempt, Runnable then, Runnable failed) {
        boolean passed = account.tryCall(cloudCall);
        simulation.after(account.answerMillis(cloudCall), () -> {
            if (passed) {
                then.run();
            } else if (attempt < TRIES) {
                long pause = simulation.between(0, 1000L << attempt);
                simulation.after(pause, () -> call(cloudCall, attempt + 1, then, failed));
            } else {
                failed.run();
            }
        });
    }
}
