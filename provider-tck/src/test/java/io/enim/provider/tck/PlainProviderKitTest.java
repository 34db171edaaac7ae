package io.enim.provider.tck;

import io.enim.Endpoint;
import io.enim.provider.EniProvider;
import java.util.Map;
import java.util.Optional;

/** A provider that keeps the rules passes. */
class PlainProviderKitTest extends EniProviderKit {
    private final ScriptedFaults faults = new ScriptedFaults();

    @Override
    protected EniProvider newProvider(Map<Endpoint, String> held) {
        return new PlainProvider(held, faults);
    }

    @Override
    protected Optional<FaultInjector> faults() {
        return Optional.of(faults.injector());
    }

    @Override
    protected int enis() {
        return PlainProvider.ENIS;
    }
}
