package io.enim.netlink.internal.netns;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.InvalidRequestException;
import io.enim.netlink.internal.sys.KernelText;
import io.enim.testing.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tables of procfs, in which tenants choose names. Each device that the kernel accepts is in the list under its own name; a
 * namespace's name stays in its directory.
 */
public final class KernelFilesFuzzTest extends FuzzTarget {
    private static final Path DIRECTORY = Path.of("/run/netns");

    @Override
    protected List<byte[]> inputs() {
        return texts(
                "eth0\na.b-c_d\nlo",
                "\u0001",
                "\u0001x\u0002",
                "\u001ceth0",
                "\u00fc\u2028",
                "61 29 0:4 net:[4026532281] /run/netns/a rw shared:35 - nsfs nsfs rw",
                "61 29 0:4 net:[99999999999999999999] /run/netns/a rw - nsfs nsfs rw",
                "61 29 0:4 net:[1] /run/a\\000b rw - nsfs nsfs rw",
                "1 29 0:4 net:[1] :4/run/a rw - nsfs nsfs rw",
                "61 29 0:4 net:[1] /run/a\\040b rw - nsfs nsfs rw",
                "61 29 0:4 net:[1] // rw - nsfs nsfs rw",
                "../x");
    }

    public static void fuzzerTestOneInput(byte[] input) {
        List<String> names = Stream.of(KernelText.decode(input, input.length).split("\n", -1))
                .filter(KernelNames::isDevice)
                .toList();
        String table = names.stream().map("%6s: 0 0\n"::formatted).collect(Collectors.joining("", "a\nb\n", ""));
        assertThat(ProcNetDev.names(table))
                .isEqualTo(names.stream().filter(name -> !name.equals("lo")).toList());
        new String(input, StandardCharsets.ISO_8859_1)
                .lines()
                .flatMap(line -> NetnsHolders.mount(line).stream())
                .forEach(mount -> assertThat(Path.of("/proc/1/root" + mount.point()))
                        .isEqualTo(Path.of("/proc/1/root", mount.point())));
        readOrRefused(
                () -> assertThat(new NamedNetns(DIRECTORY).path(text(input)).getParent())
                        .isEqualTo(DIRECTORY),
                InvalidRequestException.class);
    }
}
