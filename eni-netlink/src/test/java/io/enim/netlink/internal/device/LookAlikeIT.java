package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import io.enim.testing.PrivateNamespaces;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A tenant puts a device of each kind that it can make in the place of its ENI's device, with that one's name, MAC and alias.
 * What returns to the host is the ENI's device, or nothing.
 */
@PrivateNamespaces
class LookAlikeIT {
    private static final String NIC = "nic";

    @AutoClose
    private final TestHost testHost = new TestHost();

    private final TestbedNamespace pod = testHost.newNamespace("pod");
    private final Netns netns = testHost.openNetns(pod);
    private Device eni;

    /** Where the ENI's device is meanwhile. */
    enum Place {
        BESIDE_IT,
        BESIDE_IT_WITH_ANOTHER_MAC,
        UNDER_A_BRIDGE_WITH_ANOTHER_MAC,
        IN_ANOTHER_NAMESPACE
    }

    static Stream<Arguments> lookAlikes() {
        return Stream.of(LookAlikeKind.values())
                .flatMap(kind -> Stream.of(Place.values())
                        .flatMap(place -> Hardware.present()
                                .filter(hardware -> !hardware.isKind(kind))
                                .map(hardware -> Arguments.of(hardware, place, kind))));
    }

    static Stream<Arguments> masters() {
        return Stream.of(LookAlikeKind.BRIDGE, LookAlikeKind.BOND, LookAlikeKind.TEAM)
                .flatMap(kind -> Hardware.present().map(hardware -> Arguments.of(hardware, kind)));
    }

    static Stream<Arguments> uppers() {
        return Stream.of(UpperKind.values())
                .flatMap(kind -> Hardware.present().map(hardware -> Arguments.of(hardware, kind)));
    }

    private void moveIn(Hardware hardware) {
        eni = hardware.plugIn(testHost);
        testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        pod.setDown("eth0");
        pod.rename("eth0", NIC);
    }

    private String alias() {
        return LinkMatcher.alias(eni.mac(), eni.name(), OptionalInt.empty());
    }

    private void move(Place place) {
        switch (place) {
            case BESIDE_IT -> {}
            case BESIDE_IT_WITH_ANOTHER_MAC -> pod.setMac(NIC, TestHost.mac(666_666));
            case UNDER_A_BRIDGE_WITH_ANOTHER_MAC -> {
                pod.setMac(NIC, TestHost.mac(666_666));
                pod.addBridge("k6t-eth0");
                pod.attach(NIC, "k6t-eth0");
            }
            case IN_ANOTHER_NAMESPACE -> pod.moveTo(testHost.newNamespace("other"), NIC);
        }
    }

    private void assertTheEniReturns() {
        ReturnReport back = testHost.returnToHost(eni.baseline(), netns);
        assertThat(back.isVerified()).as(back.toString()).isTrue();
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @ParameterizedTest
    @MethodSource("lookAlikes")
    void p1_p2_noLookAlikeIsReturnedForTheEni(Hardware hardware, Place place, LookAlikeKind kind) {
        moveIn(hardware);
        move(place);
        assumeThatCode(() -> kind.add(pod, "eth0", eni.mac(), alias()))
                .as("this kernel has " + kind)
                .doesNotThrowAnyException();
        assertTheEniReturns();
        assertThat(pod.device("eth0")).isPresent();
    }

    @ParameterizedTest
    @MethodSource("masters")
    void p1_p2_aDeviceIsNotReturnedWithTheOneThatItBelongsTo(Hardware hardware, LookAlikeKind kind) {
        moveIn(hardware);
        move(Place.BESIDE_IT_WITH_ANOTHER_MAC);
        assumeThatCode(() -> {
                    kind.add(pod, "eth0", eni.mac(), alias());
                    pod.attach(NIC, "eth0");
                })
                .as("this kernel has " + kind)
                .doesNotThrowAnyException();
        assertTheEniReturns();
        assertThat(pod.device("eth0")).isPresent();
    }

    @ParameterizedTest
    @MethodSource("uppers")
    void p1_p2_noDeviceOnTopIsReturnedForTheEni(Hardware hardware, UpperKind kind) {
        moveIn(hardware);
        assumeThatCode(() -> {
                    kind.add(pod, "eth0", NIC);
                    pod.setAlias("eth0", alias());
                })
                .as("this kernel has " + kind)
                .doesNotThrowAnyException();
        TestbedNamespace other = testHost.newNamespace("other");
        pod.moveTo(other, NIC);
        assertTheEniReturns();
    }
}
