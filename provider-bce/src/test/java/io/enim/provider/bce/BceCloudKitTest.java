package io.enim.provider.bce;

import io.enim.emulator.adapter.AdapterCloudKit;
import io.enim.emulator.adapter.AdapterFixture;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** The adapter over BCE's wire keeps the rules of every cloud. */
@Tag("slow")
class BceCloudKitTest extends AdapterCloudKit {
    private final BceTestFixture lab = BceTestFixture.small();

    /** Pages of two: whatever the kit makes takes several. */
    BceCloudKitTest() {
        lab.bce.pageSize(2);
    }

    @Override
    protected AdapterFixture fixture() {
        return lab;
    }

    /** One with a name of another party, one of another kind. */
    @Override
    protected Set<String> foreignEnis() {
        foreign.add(lab.foreign("theirs", "standard").id());
        foreign.add(lab.foreign("fast", "highPerformance").id());
        return foreign;
    }

    @Override
    protected void overrideStatus(String eniId, Optional<String> status) {
        lab.bce.overrideStatus(eniId, status);
    }
}
