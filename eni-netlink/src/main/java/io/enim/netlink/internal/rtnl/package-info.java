/**
 * Requests to rtnetlink and readers of its answers, one class per kernel object.
 */
@NullMarked
package io.enim.netlink.internal.rtnl;

import org.jspecify.annotations.NullMarked;
