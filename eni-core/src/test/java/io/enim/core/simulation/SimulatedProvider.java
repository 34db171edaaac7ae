package io.enim.core.simulation;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniWish;
import io.enim.NoEniAvailableException;
import io.enim.core.chaos.Chaos;
import io.enim.core.chaos.Fault.Place;
import io.enim.core.chaos.Malformed;
import io.enim.provider.EniProvider;
import java.util.List;
import java.util.Optional;

/** A provider around the pool, whose calls go wrong by themselves. */
record SimulatedProvider(EniProvider pool, Chaos chaos) implements EniProvider {
    @Override
    public List<Eni> list() {
        return chaos.call(Place.PROVIDER, "list", pool::list);
    }

    @Override
    public Eni allocateNextEni(Endpoint endpoint) {
        return chaos.call(Place.PROVIDER, "allocateNextEni", () -> {
            try {
                return pool.allocateNextEni(endpoint);
            } catch (NoEniAvailableException e) {
                throw chaos.isMalformed(Place.PROVIDER) ? Malformed.refusal(endpoint, e, chaos::random) : e;
            }
        });
    }

    @Override
    public Eni allocateEni(Endpoint endpoint, EniWish wish) {
        return chaos.call(Place.PROVIDER, "allocateEni", () -> pool.allocateEni(endpoint, wish));
    }

    @Override
    public void deallocateEni(Endpoint endpoint) {
        run("deallocateEni", () -> pool.deallocateEni(endpoint));
    }

    @Override
    public Optional<String> lossEvidence(Endpoint endpoint) {
        return chaos.call(Place.PROVIDER, "lossEvidence", () -> pool.lossEvidence(endpoint));
    }

    @Override
    public void forgetLost(Endpoint endpoint) {
        run("forgetLost", () -> pool.forgetLost(endpoint));
    }

    @Override
    public boolean takeBack(Endpoint endpoint, Optional<String> fault) {
        return chaos.call(Place.PROVIDER, "takeBack", () -> pool.takeBack(endpoint, fault));
    }

    private void run(String operation, Runnable call) {
        chaos.call(Place.PROVIDER, operation, () -> {
            call.run();
            return true;
        });
    }

    @Override
    public void close() {
        pool.close();
    }
}
