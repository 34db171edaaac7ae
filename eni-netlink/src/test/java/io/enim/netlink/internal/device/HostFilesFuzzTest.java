package io.enim.netlink.internal.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.enim.netlink.internal.netns.KernelNames;
import io.enim.netlink.internal.sys.KernelText;
import io.enim.testing.FuzzTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of a host's network managers, about a device that a tenant named: any content, any name. */
public final class HostFilesFuzzTest extends FuzzTarget {
    @Override
    protected List<byte[]> inputs() {
        return List.of(
                "eth1\nADMIN_STATE=configured\nNETWORK_FILE=/etc/x\u001b[2J".getBytes(UTF_8),
                "eth1\nmanaged=1".getBytes(UTF_8),
                "eth1\nE:ID_NET_NAME=eth1\nE:ID_NET_LINK_FILE=\u202e".getBytes(UTF_8),
                new byte[] {(byte) 0xff, (byte) 0xfe, '\n'},
                new byte[] {'.', '.', 1, '\n', '='});
    }

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        String text = KernelText.decode(input, input.length);
        String name = text.lines().findFirst().orElse("");
        if (!KernelNames.isDevice(name)) {
            return;
        }
        Path directory = emptyDirectory();
        for (String file : List.of("systemd/netif/links/7", "NetworkManager/devices/7", "udev/data/n7")) {
            Files.createDirectories(directory.resolve(file).getParent());
            Files.write(directory.resolve(file), input);
        }
        new HostNetworkManagers(directory).claimsOn(7, name).forEach(FuzzTarget::assertShown);
    }
}
