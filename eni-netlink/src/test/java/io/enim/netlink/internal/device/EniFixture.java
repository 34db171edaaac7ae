package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import io.enim.testing.PrivateNamespaces;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;

/** A host with one ENI and one pod, whose namespace is open; fresh for each test. */
@PrivateNamespaces
abstract class EniFixture {
    static final ReturnReport FROM_SANDBOX_CLEAN =
            new ReturnReport(ReturnReport.Location.SANDBOX, List.of(), List.of());
    static final ReturnReport ON_HOST_CLEAN = new ReturnReport(ReturnReport.Location.HOST, List.of(), List.of());

    @AutoClose
    final TestHost testHost = new TestHost();

    final TestbedNamespace host = testHost.host;
    final Device eni = testHost.newEni();
    final TestbedNamespace pod = testHost.newNamespace("pod");
    final Netns netns = testHost.openNetns(pod);

    /** Moves the ENI into the pod as eth0, without addresses. */
    final Device moveIn() {
        return testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
    }

    final ReturnReport returnToHost() {
        return testHost.returnToHost(eni.baseline(), netns);
    }

    final void assertEniIsOnHostAsAtFirst() {
        assertThat(host.device(eni.name())).contains(eni);
    }

    static AbstractThrowableAssert<?, ?> assertRefused(Kind kind, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
