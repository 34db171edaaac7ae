package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.spi.Device;
import io.enim.spi.ReturnReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** udev gives each NIC alternative names when it appears: no residue, and nothing that a tenant sees. */
class UdevNamesIT extends EniFixture {
    private final Path database = Path.of("/run/udev/data/n" + eni.ifindex());

    @BeforeEach
    void udevNamesTheNic() throws IOException {
        Files.createDirectories(database.getParent());
        Files.writeString(
                database, "E:ID_NET_NAMING_SCHEME=v252\nE:ID_NET_NAME_PATH=enp0s6\nE:ID_NET_NAME_SLOT=ens6\n");
        addNames();
    }

    private void addNames() {
        host.addAlternativeName(eni.name(), "enp0s6");
        host.addAlternativeName(eni.name(), "ens6");
    }

    @AfterEach
    void udevForgetsIt() throws IOException {
        Files.delete(database);
    }

    @Test
    void p13_p20_namesOfUdevAreNoDifferenceAndStayOnTheHost() {
        assertThat(testHost.find(eni.mac()).orElseThrow().altNames()).isEmpty();
        assertThat(testHost.restoreOnHost(eni.baseline())).isEqualTo(ON_HOST_CLEAN);
        assertThat(host.device(eni.name()).orElseThrow().altNames()).containsExactly("enp0s6", "ens6");
    }

    @Test
    void p13_p20_aSandboxDoesNotShowThemAndAReturnIsClean() {
        moveIn();
        assertThat(pod.device("eth0").map(Device::altNames).orElseThrow()).isEmpty();
        assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
        addNames(); // As udev does.
        assertThat(testHost.restoreOnHost(eni.baseline())).isEqualTo(ON_HOST_CLEAN);
    }

    @Test
    void p13_aNameThatUdevDidNotGiveIsRemovedAndTheOthersStay() {
        host.addAlternativeName(eni.name(), "planted");
        ReturnReport report = testHost.restoreOnHost(eni.baseline());
        assertThat(report.repaired()).anyMatch(repaired -> repaired.contains("planted"));
        assertThat(host.device(eni.name()).orElseThrow().altNames()).containsExactly("enp0s6", "ens6");
    }
}
