package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.tck.EniCloudKit;
import io.enim.provider.tck.FaultInjector;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The adapter over BCE's wire keeps the rules of every cloud. */
@Tag("slow")
class BceCloudKitTest extends EniCloudKit {
    private final BceTestFixture lab = BceTestFixture.small();

    private final Set<String> foreign = new HashSet<>();

    /** After the kit has removed what it made. */
    @RegisterExtension
    final AfterEachCallback closing = context -> {
        lab.close();
        assertThat(lab.model.enis()).as("what the kit left").allMatch(eni -> foreign.contains(eni.id()));
    };

    /** Pages of two: whatever the kit makes takes several. */
    @BeforeEach
    void smallPages() {
        lab.bce.pageSize(2);
    }

    /** One with a name of another party, one of another kind. */
    @Override
    protected Set<String> foreignEnis() {
        foreign.add(lab.foreign("theirs", "standard").id());
        foreign.add(lab.foreign("fast", "highPerformance").id());
        return foreign;
    }

    @Override
    protected Optional<Runnable> reportUnknownStatus(String eniId) {
        lab.bce.overrideStatus(eniId, Optional.of("thinking"));
        return Optional.of(() -> lab.bce.overrideStatus(eniId, Optional.empty()));
    }

    @Override
    protected EniCloud newCloud(OwnerTag ownerTag) {
        return lab.cloud(Map.of(), ownerTag);
    }

    @Override
    protected int limit() {
        return 3;
    }

    @Override
    protected Optional<FaultInjector> faults() {
        return Optional.of(lab.faults());
    }

    /** The servers of the emulator. */
    @Override
    protected boolean isUnrelatedThread(Thread thread) {
        return thread.getName().startsWith("HTTP-Dispatcher")
                || thread.getName().endsWith("-emulator");
    }
}
