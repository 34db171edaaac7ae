// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Buffers in this machine's byte order, and netlink's alignment to 4 bytes ({@code NLMSG_ALIGNTO}, linux/netlink.h). */
final class Align {
    private Align() {}

    static ByteBuffer allocate(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }

    static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    static int up(int length) {
        return (length + 3) & ~3;
    }
}
