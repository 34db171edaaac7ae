package io.enim.core.stress;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.provider.EniProvider;
import java.util.List;
import java.util.Optional;

/** Passes every call on. */
abstract class ForwardingProvider implements EniProvider {
    private final EniProvider provider;

    ForwardingProvider(EniProvider provider) {
        this.provider = provider;
    }

    @Override
    public List<Eni> list() {
        return provider.list();
    }

    @Override
    public Eni allocateNextEni(Endpoint endpoint) {
        return provider.allocateNextEni(endpoint);
    }

    @Override
    public void deallocateEni(Endpoint endpoint) {
        provider.deallocateEni(endpoint);
    }

    @Override
    public Optional<String> lossEvidence(Endpoint endpoint) {
        return provider.lossEvidence(endpoint);
    }

    @Override
    public void forgetLost(Endpoint endpoint) {
        provider.forgetLost(endpoint);
    }

    @Override
    public void close() {
        provider.close();
    }
}
