package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.emulator.ec2.Ec2Emulator;
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

/** The adapter over EC2's wire keeps the rules of every cloud. */
@Tag("slow")
class AwsCloudKitTest extends EniCloudKit {
    private final Ec2TestFixture lab = Ec2TestFixture.small();

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
        lab.ec2.pageSize(2);
    }

    @Override
    protected Set<String> foreignEnis() {
        foreign.add(lab.attachForeign(3));
        Set<String> notOurs = new HashSet<>(foreign);
        notOurs.add(lab.primaryInterface());
        return notOurs;
    }

    @Override
    protected Optional<Runnable> reportUnknownStatus(String eniId) {
        lab.ec2.overrideStatus(eniId, Optional.of("thinking"));
        return Optional.of(() -> lab.ec2.overrideStatus(eniId, Optional.empty()));
    }

    @Override
    protected EniCloud newCloud(OwnerTag ownerTag) {
        return lab.cloud(Map.of(), ownerTag, Ec2Emulator.SECRET);
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
