package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.AmbiguousProviderException;
import io.enim.emulator.ec2.WireFault;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.EniCloud;
import io.enim.provider.tck.CloudFixture;
import io.enim.provider.tck.LostAnswerKit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the adapter does when requests or answers do not arrive on EC2's wire. */
@Tag("slow")
class AwsLostAnswerKitTest extends LostAnswerKit {
    @Override
    protected CloudFixture open() {
        return Ec2TestFixture.small();
    }

    @ParameterizedTest
    @EnumSource(
            value = WireFault.class,
            names = {"LOST_BEFORE", "LOST_AFTER", "CUT_SHORT", "PAGE_AFTER"})
    void aRepeatedAttachTakesNoSecondIndex(WireFault fault) {
        try (Ec2TestFixture fixture = Ec2TestFixture.small()) {
            EniCloud cloud = fixture.cloud();
            CloudEni eni = cloud.create(fixture.request());
            fixture.ec2.injectNext("AttachNetworkInterface", fault);
            AttachRequest request = new AttachRequest("attach-1");
            assertThatThrownBy(() -> cloud.attach(eni.id(), request)).isInstanceOf(AmbiguousProviderException.class);
            cloud.attach(eni.id(), request);
            assertThat(cloud.describe()).extracting(CloudEni::number).containsExactly(1);
        }
    }
}
