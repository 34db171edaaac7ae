/**
 * Private network namespaces and veth pairs, for demos and tests; not part of the device layer.
 */
@NullMarked
package io.enim.netlink.testbed;

import org.jspecify.annotations.NullMarked;
