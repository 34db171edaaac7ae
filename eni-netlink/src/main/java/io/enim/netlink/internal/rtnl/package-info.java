/**
 * Requests to rtnetlink and readers of its answers, one class per kernel object.
 *
 * <p>Entry: {@link io.enim.netlink.internal.rtnl.LinkRequests} for links, {@link
 * io.enim.netlink.internal.rtnl.DeviceMapper} to map a link to a device of the SPI. Stateless. Readers choose the request
 * that takes RTNL least often.
 */
@NullMarked
package io.enim.netlink.internal.rtnl;

import org.jspecify.annotations.NullMarked;
