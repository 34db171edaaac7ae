package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.DeviceException.Kind;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.spi.ReturnReport;
import org.junit.jupiter.api.Test;

/** Names that are taken, in each place and at each time, and errors that split a move. */
class NameConflictIT extends EniFixture {
    private final String digits = eni.mac().toString().replace(":", "");

    private void assertMoveInIsRefused() {
        assertRefused(Kind.NAME_TAKEN, this::moveIn);
        assertThat(host.device(eni.name()).map(Device::mac)).contains(eni.mac());
    }

    private ReturnReport assertReturnsUnderANameFromItsMac() {
        ReturnReport back = returnToHost();
        assertThat(back.isVerified()).isTrue();
        assertThat(host.device("eni" + digits).map(Device::mac)).contains(eni.mac());
        return back;
    }

    private void assertReturnsClean() {
        assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
        assertEniIsOnHostAsAtFirst();
    }

    private void assertReturnsVerified() {
        assertThat(returnToHost().isVerified()).isTrue();
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void inOldNameTakenNewNameFreeIsDone() {
        pod.addVeth(VethPair.between(eni.name(), "other"));
        moveIn();
        assertThat(pod.device("eth0").map(Device::mac)).contains(eni.mac());
        assertReturnsVerified();
    }

    @Test
    void inBothNamesTakenIsRefusedAndNothingMoves() {
        pod.addVeth(VethPair.between(eni.name(), "eth0"));
        assertMoveInIsRefused();
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void inNameThatIsTheDevicesOwnAlternativeNameIsRefused() {
        host.addAlternativeName(eni.name(), "eth0");
        assertMoveInIsRefused();
    }

    @Test
    void inAlternativeNameTakenIsRefusedAndNothingMoves() {
        host.addAlternativeName(eni.name(), "alias0");
        pod.addVeth(VethPair.between("alias0", "other"));
        assertMoveInIsRefused();
    }

    @Test
    void inNameThatAnotherHasAsAlternativeNameIsRefused() {
        pod.addVeth(VethPair.between("a", "b"));
        pod.addAlternativeName("a", "eth0");
        assertMoveInIsRefused();
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void p5_aDeviceWhoseMoveFailedHalfwayReturnsToTheHost() {
        pod.addVeth(VethPair.between("eth0", "other"));
        // What the checks before a move prevent, unless the name is taken in between.
        sendMove(Attributes.builder().text(LinkMessage.IFLA_IFNAME, "eth0"), "EEXIST");
        assertThat(pod.device(eni.name()).map(Device::up)).contains(false);
        assertReturnsClean();
    }

    @Test
    void p5_aDeviceWhoseMtuWasRefusedAfterTheMoveReturnsToTheHost() {
        sendMove(Attributes.builder().u32(LinkMessage.IFLA_MTU, 10), "EINVAL");
        assertThat(pod.device(eni.name())).isPresent();
        assertReturnsVerified();
    }

    private void sendMove(Attributes.Builder attributes, String errno) {
        TestbedInternals.file(pod).with(fd -> {
            attributes.u32(LinkMessage.IFLA_NET_NS_FD, fd);
            assertThatThrownBy(() -> TestbedInternals.set(host, eni.name(), "move", attributes))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageContaining(errno);
            return fd;
        });
    }

    @Test
    void nameTakenOnTheHostReturnsUnderOneMadeFromTheMac() {
        moveIn();
        host.addVeth(VethPair.between(eni.name(), "other"));
        assertThat(assertReturnsUnderANameFromItsMac().repaired())
                .anySatisfy(line -> assertThat(line).contains("eni" + digits));
    }

    @Test
    void indexTakenOnTheHostIsReplaced() {
        moveIn();
        host.addVeth(VethPair.between("other", "another").withIfindex(eni.ifindex()));
        assertThat(returnToHost().isVerified()).isTrue();
        assertThat(host.device(eni.name()).map(Device::ifindex))
                .isPresent()
                .get()
                .isNotEqualTo(eni.ifindex());
    }

    @Test
    void aDeviceThatLeftUnderAnotherNameStillReturnsUnderItsOwn() {
        host.rename(eni.name(), "detour");
        moveIn();
        assertReturnsClean();
    }

    @Test
    void nameFreedLaterOnTheHostIsGivenBack() {
        moveIn();
        host.addVeth(VethPair.between(eni.name(), "other"));
        returnToHost();
        host.deleteDevice("other");
        assertThat(testHost.restoreOnHost(eni.baseline()).isVerified()).isTrue();
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void nameTakenAsAlternativeNameOnTheHostReturnsUnderOneMadeFromTheMac() {
        moveIn();
        host.addVeth(VethPair.between("other", "another"));
        host.addAlternativeName("other", eni.name());
        assertReturnsUnderANameFromItsMac();
    }

    @Test
    void bothNamesTakenOnTheHostReturnsUnderOneMadeFromTheMac() {
        moveIn();
        host.addVeth(VethPair.between(eni.name(), "eth0"));
        assertReturnsUnderANameFromItsMac();
    }

    @Test
    void onlyTheTenantsNameTakenOnTheHostReturnsUnderItsOwn() {
        moveIn();
        host.addVeth(VethPair.between("eth0", "other"));
        assertReturnsClean();
    }

    @Test
    void p13_anAlternativeNamePlantedToBlockTheReturnIsTakenOff() {
        moveIn();
        host.addVeth(VethPair.between("blocker", "other"));
        pod.addAlternativeName("eth0", "blocker");
        pod.addAlternativeName("eth0", eni.name());
        ReturnReport back = returnToHost();
        assertThat(back.isVerified()).isTrue();
        assertThat(String.join("\n", back.repaired())).contains("blocker");
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void everyNameTakenIsAnErrorAndTheDeviceStays() {
        moveIn();
        host.addVeth(VethPair.between(eni.name(), "other"));
        for (String prefix : new String[] {"eni", "en0", "en1", "en2"}) {
            host.addAlternativeName("other", prefix + digits);
        }
        assertRefused(Kind.NAME_TAKEN, this::returnToHost);
        assertThat(pod.device("eth0")).isPresent();
    }
}
