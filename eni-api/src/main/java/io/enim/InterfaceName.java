// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The kernel's rule for names of network devices ({@code dev_valid_name} in {@code net/core/dev.c}; {@code IFNAMSIZ} in
 * {@code linux/if.h}): 1 to 15 bytes, not {@code .} or {@code ..}, and no slash, colon or white space, to which the kernel
 * counts the byte 0xa0, as in "\u00e0" ({@code lib/ctype.c}). {@code %} is refused as well, because the kernel takes it for a
 * template, and so are {@code all} and {@code default}, which stand for every device in its settings.
 */
public record InterfaceName(String value) {
    /** The longest name, in bytes. */
    public static final int MAX_BYTES = 15;

    private static final byte NO_BREAK_SPACE = (byte) 0xa0;

    /** {@code sysctl_dev_name_is_allowed}, include/linux/inetdevice.h; and those of directories. */
    private static final Set<String> TAKEN = Set.of("all", "default", ".", "..");

    public InterfaceName {
        requireNonNull(value, "value");
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (value.isEmpty() || bytes.length > MAX_BYTES) {
            throw new InvalidRequestException("interface name", value, "1 to " + MAX_BYTES + " bytes (IFNAMSIZ)");
        }
        for (byte each : bytes) {
            if (each == NO_BREAK_SPACE) {
                throw new InvalidRequestException(
                        "interface name", value, "the kernel refuses a name with the byte 0xa0; use ASCII");
            }
        }
        if (TAKEN.contains(value) || value.chars().anyMatch(InterfaceName::isForbidden)) {
            throw new InvalidRequestException(
                    "interface name",
                    value,
                    "no slash, colon, percent sign, control or space; not all, default, . or ..");
        }
    }

    private static boolean isForbidden(int c) {
        return c == '/' || c == ':' || c == '%' || Character.isWhitespace(c) || Character.isISOControl(c);
    }

    @Override
    public String toString() {
        return value;
    }
}
