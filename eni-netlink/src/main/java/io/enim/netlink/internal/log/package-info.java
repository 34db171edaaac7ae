/** The way to the application's log. Entry: {@link io.enim.netlink.internal.log.SafeLogger}. */
@NullMarked
package io.enim.netlink.internal.log;

import org.jspecify.annotations.NullMarked;
