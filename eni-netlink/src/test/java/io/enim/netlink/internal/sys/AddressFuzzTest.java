package io.enim.netlink.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Cidr;
import io.enim.InterfaceName;
import io.enim.InvalidRequestException;
import io.enim.netlink.internal.netns.KernelNames;
import io.enim.testing.FuzzTarget;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import jnr.ffi.LibraryLoader;

/**
 * Addresses and names of devices beside those who read them next: what ENIM accepts as an address is what inet_pton(3)
 * accepts, with the same octets, but for IPv4 in IPv6; what it accepts as a name, the kernel does too.
 */
public final class AddressFuzzTest extends FuzzTarget {
    private static final Libc LIBC = LibraryLoader.create(Libc.class).load("c");
    private static final HexFormat HEX = HexFormat.of();
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final byte[] IPV4_MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    /** Part of the C library. */
    public interface Libc {
        int inet_pton(int family, byte[] text, byte[] octets);
    }

    @Override
    protected List<byte[]> inputs() {
        return texts(
                "06464::",
                ".::1",
                "::1.2.3.4",
                "1:2:3:4:5:6:7::",
                "::ffff:10.0.0.1",
                "10.0.3.07",
                "2001:db8::7",
                "\u00e0",
                "all",
                "eth0.1");
    }

    public static void fuzzerTestOneInput(byte[] input) {
        String text = text(input);
        if (text.indexOf('\0') < 0) {
            assertThat(octets(text)).isEqualTo(libcs(text).map(HEX::formatHex));
        }
        readOrRefused(
                () -> {
                    assertThat(new InterfaceName(text).value()).isNotIn("all", "default");
                    assertThat(KernelNames.isDevice(text)).isTrue();
                },
                InvalidRequestException.class);
    }

    private static Optional<String> octets(String text) {
        try {
            return Optional.of(HEX.formatHex(Cidr.parseAddress(text).getAddress()));
        } catch (InvalidRequestException e) {
            assertShown(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static Optional<byte[]> libcs(String text) {
        byte[] zeroTerminated = KernelText.encode(text + "\0");
        byte[] octets = new byte[16];
        if (LIBC.inet_pton(AF_INET, zeroTerminated, octets) == 1) {
            return Optional.of(Arrays.copyOf(octets, 4));
        }
        return LIBC.inet_pton(AF_INET6, zeroTerminated, octets) == 1
                        && !Arrays.equals(octets, 0, IPV4_MAPPED.length, IPV4_MAPPED, 0, IPV4_MAPPED.length)
                ? Optional.of(octets)
                : Optional.empty();
    }
}
