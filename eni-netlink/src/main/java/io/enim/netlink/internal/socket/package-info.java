/**
 * Netlink sockets: requests, batches, fail points, the count of RTNL acquisitions and the queue in front of RTNL.
 */
@NullMarked
package io.enim.netlink.internal.socket;

import org.jspecify.annotations.NullMarked;
