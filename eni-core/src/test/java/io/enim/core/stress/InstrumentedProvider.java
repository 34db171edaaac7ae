package io.enim.core.stress;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.provider.EniProvider;

/** Shows the oracle what the provider is asked and answers. */
final class WatchedProvider extends ForwardingProvider {
    private final Promises promises;

    WatchedProvider(EniProvider provider, Promises promises) {
        super(provider);
        this.promises = promises;
    }

    @Override
    public Eni allocateNextEni(Endpoint endpoint) {
        promises.entersProvider(endpoint);
        try {
            Eni eni = super.allocateNextEni(endpoint);
            promises.claimed(endpoint, eni);
            return eni;
        } finally {
            promises.leavesProvider(endpoint);
        }
    }

    @Override
    public void deallocateEni(Endpoint endpoint) {
        promises.entersProvider(endpoint);
        try {
            // Before the call: from its first moment on somebody else may get the ENI.
            promises.handingBack(endpoint);
            super.deallocateEni(endpoint);
        } finally {
            promises.leavesProvider(endpoint);
        }
    }
}
