package io.enim.netlink.internal.sys;

/** Something to close, which does not fail. */
public interface QuietCloseable extends AutoCloseable {
    /** Closes. Idempotent. */
    @Override
    void close();
}
