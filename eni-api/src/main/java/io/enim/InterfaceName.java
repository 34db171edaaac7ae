// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/**
 * The kernel's rule for names of network devices ({@code dev_valid_name} in {@code net/core/dev.c}; {@code IFNAMSIZ} in
 * {@code linux/if.h}): 1 to 15 bytes, not {@code .} or {@code ..}, and no slash, colon or white space. {@code %} is
 * refused as well, because the kernel takes it for a template.
 */
public record InterfaceName(String value) {
    /** The longest name, in bytes. */
    public static final int MAX_BYTES = 15;

    public InterfaceName {
        requireNonNull(value, "value");
        if (value.isEmpty() || value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new InvalidRequestException("interface name", value, "1 to " + MAX_BYTES + " bytes (IFNAMSIZ)");
        }
        if (value.equals(".") || value.equals("..") || value.chars().anyMatch(InterfaceName::isForbidden)) {
            throw new InvalidRequestException(
                    "interface name", value, "no slash, colon, percent sign, control or space; not . or ..");
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
