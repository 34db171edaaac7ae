/**
 * Device identity: how ENIM recognises that a link is an ENI's device, by its permanent MAC, its parent device and the alias
 * of a move, whatever a tenant did to it.
 *
 * <p>Entry: {@link io.enim.netlink.internal.identity.LinkMatcher}. Stateless; works on links that were read and asks the
 * kernel nothing.
 */
@NullMarked
package io.enim.netlink.internal.identity;

import org.jspecify.annotations.NullMarked;
