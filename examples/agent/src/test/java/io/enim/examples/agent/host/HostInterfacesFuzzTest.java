package io.enim.examples.agent.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.testing.FuzzTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The routes of procfs and a file of {@code host install}: any content, as devices have any names. */
public final class HostInterfacesFuzzTest extends FuzzTarget {
    @Override
    protected List<byte[]> inputs() {
        return List.of(
                "eth0 00000000 0100000A 0003 0 0 100 00000000 0 0 0".getBytes(UTF_8),
                "eth0 00000000 0100000A 0003 0 0 x 00000000 0 0 0".getBytes(UTF_8),
                new byte[] {(byte) 0xff, ' ', 'x', '\n', 'a'},
                "e\0h0 00000000 0100000A 0003 0 0 100 00000000 0 0 0".getBytes(UTF_8),
                "x 00 x x x 00000400 x x x eth0".getBytes(UTF_8),
                "# Written by enim-agent host install. The host's own interfaces: eth0 \u00fc\n".getBytes(UTF_8));
    }

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        Path root = emptyDirectory();
        for (String file : List.of("net/route", "net/ipv6_route", "etc/udev/rules.d/99-enim.rules")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.write(root.resolve(file), input);
        }
        readOrRefused(
                () -> assertThat(new HostInterfaces(root, root.resolve("sys")).own())
                        .doesNotContain(""),
                IOException.class);
        readOrRefused(() -> assertThat(HostFile.UDEV.keptByFile(root)).isNotNull(), IOException.class);
    }
}
