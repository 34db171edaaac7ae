package io.enim.core.stress;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.provider.EniProvider;

/** Shows the oracle what the provider is asked and answers. */
final class InstrumentedProvider extends ForwardingProvider {
    private final StressOracle oracle;

    InstrumentedProvider(EniProvider provider, StressOracle promises) {
        super(provider);
        this.oracle = promises;
    }

    @Override
    public Eni allocateNextEni(Endpoint endpoint) {
        oracle.entersProvider(endpoint);
        try {
            Eni eni = super.allocateNextEni(endpoint);
            oracle.claimed(endpoint, eni);
            return eni;
        } finally {
            oracle.leavesProvider(endpoint);
        }
    }

    @Override
    public void deallocateEni(Endpoint endpoint) {
        oracle.entersProvider(endpoint);
        try {
            // Before the call: from its start on, another endpoint may get the ENI.
            oracle.releaseBegins(endpoint);
            super.deallocateEni(endpoint);
        } finally {
            oracle.leavesProvider(endpoint);
        }
    }
}
