/**
 * The bytes of netlink: messages, attributes and the kernel's structures, as values. Nothing here opens a socket, so it
 * runs and is tested on any operating system.
 *
 * <p>Entry: {@link io.enim.netlink.internal.wire.NetlinkMessage} splits what was received, {@link
 * io.enim.netlink.internal.wire.MessageWriter} builds what is sent; one record per kernel structure has its spelling.
 *
 * <p>Three cases are distinguished: an attribute that is <em>absent</em> is an empty {@code Optional}; one that is
 * <em>unknown</em> is kept unchanged and otherwise ignored, since newer kernels add attributes; one that is <em>truncated</em> or has an
 * impossible size is a {@link io.enim.netlink.internal.wire.MalformedMessageException}, never a default.
 *
 * <p>Values are immutable; {@code MessageWriter} and {@code Attributes.Builder} are not thread-safe.
 */
@NullMarked
package io.enim.netlink.internal.wire;

import org.jspecify.annotations.NullMarked;
