/**
 * System calls, buffers for receiving and deadlines.
 *
 * <p>Entry: {@link io.enim.netlink.internal.sys.Native}, the only class of this module that uses jnr-ffi; a failed call is a
 * {@link io.enim.netlink.NetlinkException} with its errno. Everything here is safe for concurrent use. Uses no other
 * package of this module but the exception and {@link io.enim.netlink.Errno} in the public one.
 */
@NullMarked
package io.enim.netlink.internal.sys;

import org.jspecify.annotations.NullMarked;
