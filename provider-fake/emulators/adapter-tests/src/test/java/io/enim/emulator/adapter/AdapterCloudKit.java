package io.enim.emulator.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.tck.EniCloudKit;
import io.enim.provider.tck.FaultInjector;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The kit of every cloud over an emulator that takes three ENIs. */
public abstract class AdapterCloudKit extends EniCloudKit {
    /** ENIs that another party made. */
    protected final Set<String> foreign = new HashSet<>();

    /** After the kit has removed what it made. */
    @RegisterExtension
    final AfterEachCallback closing = context -> {
        fixture().close();
        assertThat(fixture().model.enis()).as("what the kit left").allMatch(eni -> foreign.contains(eni.id()));
    };

    protected abstract AdapterFixture fixture();

    protected abstract void overrideStatus(String eniId, Optional<String> status);

    @Override
    protected final Optional<Runnable> reportUnknownStatus(String eniId) {
        overrideStatus(eniId, Optional.of("thinking"));
        return Optional.of(() -> overrideStatus(eniId, Optional.empty()));
    }

    @Override
    protected final EniCloud newCloud(OwnerTag ownerTag) {
        return fixture().cloud(Map.of(), ownerTag);
    }

    @Override
    protected final int limit() {
        return 3;
    }

    @Override
    protected final Optional<FaultInjector> faults() {
        return Optional.of(fixture().faults());
    }

    /** The servers of the emulator. */
    @Override
    protected final boolean isUnrelatedThread(Thread thread) {
        return thread.getName().startsWith("HTTP-Dispatcher")
                || thread.getName().endsWith("-emulator");
    }
}
