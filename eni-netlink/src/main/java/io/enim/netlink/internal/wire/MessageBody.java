// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.wire;

/** What follows a message's header: one fixed structure of the kernel, then attributes. */
public interface MessageBody {
    /** The structure as bytes. */
    byte[] structure();

    Attributes attributes();
}
