/**
 * The bytes of netlink: messages, attributes and the kernel's structures, as values. Nothing here opens a socket, so it
 * runs and is tested on any operating system.
 *
 * <p>Entry types: {@link io.enim.netlink.internal.wire.NetlinkMessage} splits what was received,
 * {@link io.enim.netlink.internal.wire.MessageWriter} builds what is sent, and one class per kernel structure
 * ({@link io.enim.netlink.internal.wire.LinkMessage} and its neighbours) gives the bytes names in the kernel's spelling.
 *
 * <p>Three cases are kept apart: an attribute that is <em>absent</em> is an empty {@code Optional}; one that is
 * <em>unknown</em> is kept as it came and otherwise ignored, since kernels grow; one that is <em>truncated</em> or has an
 * impossible size is a {@link io.enim.netlink.internal.wire.MalformedMessageException}, never a default.
 *
 * <p>Values are immutable and may be shared between threads; {@code MessageWriter} and {@code Attributes.Builder} belong
 * to one thread. Not for use outside this module: no compatibility is promised.
 */
@NullMarked
package io.enim.netlink.internal.wire;

import org.jspecify.annotations.NullMarked;
