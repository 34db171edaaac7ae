/**
 * Netlink sockets: requests and batches, fail points around every message, the count of RTNL acquisitions and the queue in
 * front of RTNL.
 *
 * <p>Entry: {@link io.enim.netlink.internal.socket.NetlinkSocket}. Sockets are used by one thread at a time; {@code
 * RtnlCounter} and {@code RtnlQueue} are safe for concurrent use. Uses {@code wire} and {@code sys} only.
 */
@NullMarked
package io.enim.netlink.internal.socket;

import org.jspecify.annotations.NullMarked;
