package io.enim.netlink;

/** Something to close, which does not fail. */
interface Resource extends AutoCloseable {
    /** Closes. Idempotent. */
    @Override
    void close();
}
