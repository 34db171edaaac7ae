// SPDX-License-Identifier: Apache-2.0
package io.enim.spi;

/**
 * The identity of a network namespace, whatever its path. Device and inode of its nsfs file ({@code stat(2)}) may be
 * reused by another namespace after this one; the cookie ({@code SO_NETNS_COOKIE} in {@code asm-generic/socket.h}) is
 * never reused within a boot.
 *
 * @param device {@code st_dev}
 * @param inode {@code st_ino}
 * @param cookie the kernel's cookie; 0 where the kernel has none
 */
public record NamespaceId(long device, long inode, long cookie) {
    /** Whether both are the same namespace, as far as both are known. */
    public boolean isSame(NamespaceId other) {
        return device == other.device
                && inode == other.inode
                && (cookie == 0 || other.cookie == 0 || cookie == other.cookie);
    }

    @Override
    public String toString() {
        return device + ":" + inode + (cookie == 0 ? "" : "#" + cookie);
    }
}
