package io.enim.provider.tck;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.provider.EniProvider;
import io.enim.provider.tck.BadProviders.BadProvider;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;

/** The kit over the plain provider or the bad one of this name. */
@ExtendWith(KitResult.ImplementationName.class)
class SmallProviderKit extends EniProviderKit {
    private final BadProvider provider;
    private final BadProviders.Factory factory;
    private final ScriptedFaults faults;
    private PlainProvider made;

    SmallProviderKit(String name) {
        provider = BadProviders.ALL.get(name);
        factory = provider.factories().get();
        faults = provider.faults().orElse(ScriptedFaults::new).get();
    }

    @Override
    protected EniProvider newProvider(Map<Endpoint, String> held) {
        made = factory.create(held, faults);
        return made;
    }

    @Override
    protected boolean breakDevice(Eni eni) {
        return made.broken.add(eni.id());
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
        return provider.faults().map(scripted -> faults.injector());
    }
}
