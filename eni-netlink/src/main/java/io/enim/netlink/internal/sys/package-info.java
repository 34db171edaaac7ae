/**
 * libc by jnr-ffi, buffers and deadlines. Only this package knows jnr-ffi.
 */
@NullMarked
package io.enim.netlink.internal.sys;

import org.jspecify.annotations.NullMarked;
