package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files in the form in which systemd-networkd, NetworkManager and udev leave them under {@code /run}. */
class HostNetworkManagersTest {
    @TempDir
    private Path runDirectory;

    private void write(String file, String content) throws IOException {
        Path path = runDirectory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private List<String> claimsOn(int index, String name) {
        return new HostNetworkManagers(runDirectory).claimsOn(index, name);
    }

    @Test
    void f17_networkdIsNamedWithTheFileThatMadeItDoSo() throws IOException {
        write(
                "systemd/netif/links/7",
                "# This is private data. Do not parse.\nADMIN_STATE=configured\nOPER_STATE=routable\n"
                        + "NETWORK_FILE=/etc/systemd/network/20-all.network\n");
        assertThat(claimsOn(7, "eth1"))
                .singleElement()
                .asString()
                .contains("systemd-networkd", "configured", "20-all.network", "Unmanaged=yes");
        assertThat(claimsOn(8, "eth1")).isEmpty();
    }

    @Test
    void withoutRuntimeFilesOrWhereNetworkdDoesNotManageALinkNothingIsClaimed() throws IOException {
        assertThat(claimsOn(7, "eth1")).isEmpty();
        write("systemd/netif/links/7", "ADMIN_STATE=unmanaged\nOPER_STATE=off\n");
        assertThat(claimsOn(7, "eth1")).isEmpty();
    }

    @Test
    void f17_networkManagerIsNamed() throws IOException {
        write("NetworkManager/devices/7", "[device]\nmanaged=true\nroute-metric-default-aspired=100\n");
        write("NetworkManager/devices/8", "[device]\nmanaged=false\n");
        assertThat(claimsOn(7, "eth1")).singleElement().asString().contains("NetworkManager");
        assertThat(claimsOn(8, "eth1")).isEmpty();
    }

    @Test
    void f17_dhclientIsNamed() throws IOException {
        write("dhclient.eth1.pid", "4711\n");
        assertThat(claimsOn(7, "eth1")).singleElement().asString().contains("dhclient", "ifup@.service.d/10-enim.conf");
        assertThat(claimsOn(7, "eth2")).isEmpty();
    }

    @Test
    void f17_udevIsNamedForTheNameItGives() throws IOException {
        write(
                "udev/data/n7",
                "I:2411512\nE:ID_NET_DRIVER=ena\nE:ID_NET_LINK_FILE=/usr/lib/systemd/network/99-default.link\n"
                        + "E:ID_NET_NAME=ens6\n");
        assertThat(claimsOn(7, "ens6")).singleElement().asString().contains("udev", "99-default");
        assertThat(claimsOn(7, "eni7")).isEmpty();
    }
}
