/**
 * What a tenant can leave on a device, how it shows, and the requests that remove it (P13): settings, names, offload features,
 * addresses and routes. Entry: {@link io.enim.netlink.internal.residue.TenantResidue}.
 */
@NullMarked
package io.enim.netlink.internal.residue;

import org.jspecify.annotations.NullMarked;
