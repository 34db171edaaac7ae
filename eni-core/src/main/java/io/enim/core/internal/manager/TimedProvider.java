// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniWish;
import io.enim.core.internal.exec.TimedCalls;
import io.enim.core.internal.pool.EniPool;
import io.enim.provider.EniProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A provider whose calls for endpoints have a time limit, each in its caller's thread. Safe for concurrent use. */
record TimedProvider(EniProvider provider, TimedCalls calls) implements EniProvider {
    /** Whether it lists what it has in memory, and never blocks: ENIM's own pool does. */
    boolean listsFromMemory() {
        return provider instanceof EniPool;
    }

    @Override
    public List<Eni> list() {
        return calls.call("list ENIs", provider::list);
    }

    @Override
    public OptionalInt capacity() {
        return calls.call("ask how many ENIs there may be", provider::capacity);
    }

    @Override
    public Eni allocateNextEni(Endpoint endpoint) {
        return calls.call("allocate an ENI for " + endpoint, () -> provider.allocateNextEni(endpoint));
    }

    @Override
    public boolean demand(Endpoint endpoint) {
        return calls.call("tell of the demand of " + endpoint, () -> provider.demand(endpoint));
    }

    @Override
    public Eni allocateEni(Endpoint endpoint, EniWish wish) {
        return calls.call("allocate " + wish + " for " + endpoint, () -> provider.allocateEni(endpoint, wish));
    }

    @Override
    public void deallocateEni(Endpoint endpoint) {
        run("deallocate the ENI of " + endpoint, () -> provider.deallocateEni(endpoint));
    }

    @Override
    public Optional<String> lossEvidence(Endpoint endpoint) {
        return calls.call(
                "look for evidence that the ENI of " + endpoint + " is lost", () -> provider.lossEvidence(endpoint));
    }

    @Override
    public boolean takeBack(Endpoint endpoint, Optional<String> fault) {
        return calls.call("take back the ENI of " + endpoint, () -> provider.takeBack(endpoint, fault));
    }

    @Override
    public void forgetLost(Endpoint endpoint) {
        run("forget the lost ENI of " + endpoint, () -> provider.forgetLost(endpoint));
    }

    @Override
    public void restore(Map<Endpoint, String> held) {
        run("restore what " + held.size() + " endpoints hold", () -> provider.restore(held));
    }

    private void run(String what, Runnable work) {
        calls.<Boolean>call(what, () -> {
            work.run();
            return true;
        });
    }

    @Override
    public void close() {
        provider.close();
    }
}
