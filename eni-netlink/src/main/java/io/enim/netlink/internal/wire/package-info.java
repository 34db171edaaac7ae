/**
 * The bytes of netlink: messages, attributes and the kernel's structures, as values. Nothing here opens a socket, so it
 * runs and is tested on any operating system.
 *
 * <p>Entry types: {@link io.enim.netlink.internal.wire.NetlinkMessage} splits what was received,
 * {@link io.enim.netlink.internal.wire.MessageWriter} builds what is sent, and one record per kernel structure
 * ({@link io.enim.netlink.internal.wire.LinkMessage} and the others) gives the bytes names in the kernel's spelling.
 *
 * <p>Three cases are distinguished: an attribute that is <em>absent</em> is an empty {@code Optional}; one that is
 * <em>unknown</em> is kept unchanged and otherwise ignored, since newer kernels add attributes; one that is <em>truncated</em> or has an
 * impossible size is a {@link io.enim.netlink.internal.wire.MalformedMessageException}, never a default.
 *
 * <p>Values are immutable and may be shared between threads; {@code MessageWriter} and {@code Attributes.Builder}
 * are not thread-safe. Depends on no other package of this module. Not for use outside this module: no compatibility is
 * promised.
 */
@NullMarked
package io.enim.netlink.internal.wire;

import org.jspecify.annotations.NullMarked;
