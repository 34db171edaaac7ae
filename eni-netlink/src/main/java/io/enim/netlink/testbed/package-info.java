/**
 * Private network namespaces, veth pairs and bridges, for demos, tests and simulated clouds; not part of the device layer.
 *
 * <p>Entry: {@link io.enim.netlink.testbed.NetworkTestbed}. Blocking and safe for concurrent use. Published, but kept small:
 * a method is added when a demo or a test kit needs it.
 */
@NullMarked
package io.enim.netlink.testbed;

import org.jspecify.annotations.NullMarked;
