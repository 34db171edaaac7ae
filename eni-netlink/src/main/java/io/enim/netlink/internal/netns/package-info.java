/**
 * Entering and holding network namespaces.
 *
 * <p>Entry: {@code NetlinkSessions}. Namespaces are entered on platform threads kept for it.
 */
@NullMarked
package io.enim.netlink.internal.netns;

import org.jspecify.annotations.NullMarked;
