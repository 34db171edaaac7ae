// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.sys;

/** A resource whose close does not fail. */
public interface QuietCloseable extends AutoCloseable {
    /** Closes. Idempotent. */
    @Override
    void close();
}
