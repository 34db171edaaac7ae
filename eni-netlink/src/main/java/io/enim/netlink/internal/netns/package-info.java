/**
 * Entering and holding network namespaces.
 *
 * <p>Entry: {@link io.enim.netlink.internal.netns.NetlinkSessions} for sockets on the host and elsewhere, {@link
 * io.enim.netlink.internal.netns.Sandbox} for an endpoint's namespace during one operation, {@link
 * io.enim.netlink.internal.netns.NamedNetns} for namespaces with a name. Safe for concurrent use. Namespaces are entered
 * only by two threads kept for that; callers never leave their own. Every handle keeps its namespace alive until closed.
 */
@NullMarked
package io.enim.netlink.internal.netns;

import org.jspecify.annotations.NullMarked;
