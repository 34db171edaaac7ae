package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.DeviceException;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import io.enim.testing.PrivateNamespaces;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Names that are taken, in each place and at each time, and errors that split a move. */
@PrivateNamespaces
class NameConflictIT {
    @AutoClose
    private final TestHost testHost = new TestHost();

    private final Device eni = testHost.newEni();
    private final TestbedNamespace pod = testHost.newNamespace("pod");
    private final Netns netns = testHost.openNetns(pod);

    private static void assertNameTaken(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.NAME_TAKEN));
    }

    private ReturnReport returnToHost() {
        return testHost.returnToHost(eni.baseline(), netns);
    }

    private String nameFromMac() {
        return "eni" + eni.mac().toString().replace(":", "");
    }

    @Test
    void inOldNameTakenNewNameFreeIsDone() {
        pod.addVeth(VethPair.between(eni.name(), "other"));
        testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        assertThat(pod.device("eth0").map(Device::mac)).contains(eni.mac());
        assertThat(returnToHost().isVerified()).isTrue();
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @Test
    void inBothNamesTakenIsRefusedAndNothingMoves() {
        pod.addVeth(VethPair.between(eni.name(), "eth0"));
        assertNameTaken(() -> testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0")));
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @Test
    void inNameThatIsTheDevicesOwnAlternativeNameIsRefused() {
        testHost.host.addAlternativeName(eni.name(), "eth0");
        assertNameTaken(() -> testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0")));
        assertThat(testHost.host.device(eni.name()).map(Device::mac)).contains(eni.mac());
    }

    @Test
    void inAlternativeNameTakenIsRefusedAndNothingMoves() {
        testHost.host.addAlternativeName(eni.name(), "alias0");
        pod.addVeth(VethPair.between("alias0", "other"));
        assertNameTaken(() -> testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0")));
        assertThat(testHost.host.device(eni.name()).map(Device::mac)).contains(eni.mac());
    }

    @Test
    void inNameThatAnotherHasAsAlternativeNameIsRefused() {
        pod.addVeth(VethPair.between("a", "b"));
        pod.addAlternativeName("a", "eth0");
        assertNameTaken(() -> testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0")));
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @Test
    void p5_aDeviceWhoseMoveFailedHalfwayReturnsToTheHost() {
        pod.addVeth(VethPair.between("eth0", "other"));
        // What the checks before a move prevent, unless the name is taken in between.
        sendMove(Attributes.builder().text(LinkMessage.IFLA_IFNAME, "eth0"), "EEXIST");
        Device stranded = pod.device(eni.name()).orElseThrow();
        assertThat(stranded.up()).isFalse();
        assertThat(returnToHost()).isEqualTo(new ReturnReport(ReturnReport.Location.SANDBOX, List.of(), List.of()));
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @Test
    void p5_aDeviceWhoseMtuWasRefusedAfterTheMoveReturnsToTheHost() {
        sendMove(Attributes.builder().u32(LinkMessage.IFLA_MTU, 10), "EINVAL");
        assertThat(pod.device(eni.name())).isPresent();
        assertThat(returnToHost().isVerified()).isTrue();
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    private void sendMove(Attributes.Builder attributes, String errno) {
        TestbedInternals.file(pod).with(fd -> {
            attributes.u32(LinkMessage.IFLA_NET_NS_FD, fd);
            assertThatThrownBy(() -> TestbedInternals.set(testHost.host, eni.name(), "move", attributes))
                    .isInstanceOfSatisfying(
                            NetlinkException.class,
                            e -> assertThat(e.errnoName()).isEqualTo(errno));
            return fd;
        });
    }

    @Test
    void nameTakenOnTheHostReturnsUnderOneMadeFromTheMac() {
        testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        testHost.host.addVeth(VethPair.between(eni.name(), "other"));
        ReturnReport back = returnToHost();
        assertThat(back.isVerified()).isTrue();
        assertThat(String.join("\n", back.repaired())).contains(nameFromMac());
        assertThat(testHost.host.device(nameFromMac()).map(Device::mac)).contains(eni.mac());
    }

    @Test
    void indexTakenOnTheHostIsReplaced() {
        testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        testHost.host.addVeth(VethPair.between("other", "another").withIfindex(eni.ifindex()));
        assertThat(returnToHost().isVerified()).isTrue();
        assertThat(testHost.host.device(eni.name()).map(Device::ifindex))
                .isPresent()
                .get()
                .isNotEqualTo(eni.ifindex());
    }

    @Test
    void aDeviceThatLeftUnderAnotherNameStillReturnsUnderItsOwn() {
        testHost.host.rename(eni.name(), "detour");
        testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        assertThat(returnToHost()).isEqualTo(new ReturnReport(ReturnReport.Location.SANDBOX, List.of(), List.of()));
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @Test
    void nameFreedLaterOnTheHostIsGivenBack() {
        testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        testHost.host.addVeth(VethPair.between(eni.name(), "other"));
        returnToHost();
        testHost.host.deleteDevice("other");
        ReturnReport repaired = testHost.restoreOnHost(eni.baseline());
        assertThat(repaired.isVerified()).isTrue();
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @Test
    void nameTakenAsAlternativeNameOnTheHostReturnsUnderOneMadeFromTheMac() {
        testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        testHost.host.addVeth(VethPair.between("other", "another"));
        testHost.host.addAlternativeName("other", eni.name());
        assertThat(returnToHost().isVerified()).isTrue();
        assertThat(testHost.host.device(nameFromMac()).map(Device::mac)).contains(eni.mac());
    }

    @Test
    void bothNamesTakenOnTheHostReturnsUnderOneMadeFromTheMac() {
        testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        testHost.host.addVeth(VethPair.between(eni.name(), "eth0"));
        assertThat(returnToHost().isVerified()).isTrue();
        assertThat(testHost.host.device(nameFromMac()).map(Device::mac)).contains(eni.mac());
    }

    @Test
    void onlyTheTenantsNameTakenOnTheHostReturnsUnderItsOwn() {
        testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        testHost.host.addVeth(VethPair.between("eth0", "other"));
        assertThat(returnToHost()).isEqualTo(new ReturnReport(ReturnReport.Location.SANDBOX, List.of(), List.of()));
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @Test
    void p13_anAlternativeNamePlantedToBlockTheReturnIsTakenOff() {
        testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        testHost.host.addVeth(VethPair.between("blocker", "other"));
        pod.addAlternativeName("eth0", "blocker");
        pod.addAlternativeName("eth0", eni.name());
        ReturnReport back = returnToHost();
        assertThat(back.isVerified()).isTrue();
        assertThat(String.join("\n", back.repaired())).contains("blocker");
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @Test
    void everyNameTakenIsAnErrorAndTheDeviceStays() {
        testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        String digits = eni.mac().toString().replace(":", "");
        testHost.host.addVeth(VethPair.between(eni.name(), "other"));
        for (String prefix : new String[] {"eni", "en0", "en1", "en2"}) {
            testHost.host.addAlternativeName("other", prefix + digits);
        }
        assertNameTaken(this::returnToHost);
        assertThat(pod.device("eth0")).isPresent();
    }
}
