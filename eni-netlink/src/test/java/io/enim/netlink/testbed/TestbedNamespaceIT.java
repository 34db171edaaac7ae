package io.enim.netlink.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.enim.testing.PrivateNamespaces;
import org.junit.jupiter.api.Test;

@PrivateNamespaces
class TestbedNamespaceIT {
    @Test
    void aDeviceThatEndedWithItsOtherEndIsDeleted() {
        try (NetworkTestbed testbed = NetworkTestbed.open();
                TestbedNamespace host = testbed.host()) {
            host.addVeth(VethPair.between("near", "far"));
            host.deleteDevice("far");
            assertThatCode(() -> host.deleteDevice("near")).doesNotThrowAnyException();
            assertThat(host.device("near")).isEmpty();
        }
    }
}
