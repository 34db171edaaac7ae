package io.enim.core.internal.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.spi.NamespaceId;
import io.enim.testing.FuzzTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * {@code /proc/self/mountinfo}, in which tenants choose paths: whatever is mounted elsewhere, it hides no namespace. Where it
 * cannot be read, {@link MountTable#read} says so, and every path is examined.
 */
public final class MountTableFuzzTest extends FuzzTarget {
    private static final String KNOWN = "61 29 0:4 net:[4026532281] /run/netns/known rw shared:35 - nsfs nsfs rw\n";

    @Override
    protected List<byte[]> inputs() {
        return texts(
                KNOWN,
                "61 29 0:4\u000es net:[1] /run/a rw - nsfs nsfs rw\n",
                "61 29 0:4 net:[4026532281] /run/a\\040b rw - nsfs nsfs rw\n",
                "61 29 0:4 net:[ /run/netns/a rw - nsfs nsfs rw\n",
                "61 29 4 net:[1] /run/netns/a rw - nsfs nsfs rw\n",
                "/run/netns/known/\u00fc \\",
                "/run/netns/p\u00f6d");
    }

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        readOrRefused(() -> assertThat(MountTable.parse(input).size()).isNotNegative(), IOException.class);
        String path = "/" + mangled(input);
        if (!path.equals("/run/netns/known")) {
            String line = "62 29 0:4 net:[4026532999] " + path + " rw - nsfs nsfs rw\n";
            MountTable table = MountTable.parse((KNOWN + line).getBytes(StandardCharsets.ISO_8859_1));
            assertThat(table.at("/run/netns/known")).isEqualTo(Optional.of(new NamespaceId(4, 4026532281L, 0)));
            assertThat(table.at(new String(
                            ("/" + zeroless(input)).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)))
                    .isEqualTo(Optional.of(new NamespaceId(4, 4026532999L, 0)));
        }
    }

    private static String zeroless(byte[] input) {
        return new String(input, StandardCharsets.ISO_8859_1).replace("\0", "");
    }

    /** As the kernel writes paths ({@code mangle_path}, fs/seq_file.c). */
    private static String mangled(byte[] input) {
        return zeroless(input)
                .replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
    }
}
