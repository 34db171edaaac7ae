package io.enim.provider.aws;

import io.enim.emulator.adapter.AdapterCloudKit;
import io.enim.emulator.adapter.AdapterFixture;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** The adapter over EC2's wire keeps the rules of every cloud. */
@Tag("slow")
class AwsCloudKitTest extends AdapterCloudKit {
    private final Ec2TestFixture lab = Ec2TestFixture.small();

    /** Pages of two: whatever the kit makes takes several. */
    AwsCloudKitTest() {
        lab.ec2.pageSize(2);
    }

    @Override
    protected AdapterFixture fixture() {
        return lab;
    }

    @Override
    protected Set<String> foreignEnis() {
        foreign.add(lab.attachForeign(3));
        Set<String> notOurs = new HashSet<>(foreign);
        notOurs.add(lab.primaryInterface());
        return notOurs;
    }

    @Override
    protected void overrideStatus(String eniId, Optional<String> status) {
        lab.ec2.overrideStatus(eniId, status);
    }
}
