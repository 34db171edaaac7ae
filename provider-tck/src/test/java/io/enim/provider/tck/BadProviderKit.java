package io.enim.provider.tck;

import io.enim.Endpoint;
import io.enim.provider.EniProvider;
import io.enim.provider.tck.BadProviders.BadProvider;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;

/** The kit over the bad provider of this name. */
@ExtendWith(KitResult.ImplementationName.class)
class BadProviderKit extends EniProviderKit {
    private final BadProvider bad;
    private final BadProviders.Factory factory;
    private final ScriptedFaults faults;

    BadProviderKit(String name) {
        bad = BadProviders.ALL.get(name);
        factory = bad.factories().get();
        faults = bad.faults().orElse(ScriptedFaults::new).get();
    }

    @Override
    protected EniProvider newProvider(Map<Endpoint, String> held) {
        return factory.create(held, faults);
    }

    @Override
    TimeLimit timeLimit() {
        return faults.timeLimit(timeout());
    }

    @Override
    protected int enis() {
        return PlainProvider.ENIS;
    }

    @Override
    protected Optional<FaultInjector> faults() {
        return bad.faults().map(scripted -> faults.injector());
    }
}
