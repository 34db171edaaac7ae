package io.enim.netlink.internal.netns;

import io.enim.netlink.internal.sys.KernelText;

/** The kernel's own rule for names of devices, word for word ({@code dev_valid_name}, net/core/dev.c). */
public final class KernelNames {
    private static final int IFNAMSIZ = 16;

    private KernelNames() {}

    /** Whether the kernel accepts a device of this name. */
    public static boolean isDevice(String name) {
        byte[] bytes = KernelText.encode(name);
        if (bytes.length == 0 || bytes.length >= IFNAMSIZ || name.equals(".") || name.equals("..")) {
            return false;
        }
        for (byte each : bytes) {
            if (each == '/' || each == ':' || each == 0 || isSpace(each & 0xff)) {
                return false;
            }
        }
        return true;
    }

    /** {@code isspace}, by the table of lib/ctype.c. */
    private static boolean isSpace(int octet) {
        return octet >= 9 && octet <= 13 || octet == 32 || octet == 160;
    }
}
