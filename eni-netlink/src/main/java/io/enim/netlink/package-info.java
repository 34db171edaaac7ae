/**
 * Linux network devices and namespaces over rtnetlink.
 *
 * <p>Entry types: {@link io.enim.netlink.LinuxDevicesFactory} makes the device layer ({@link
 * io.enim.spi.NetworkDevices}); {@link io.enim.netlink.testbed.NetworkTestbed} builds namespaces, cables and bridges for demos,
 * tests and simulated clouds.
 *
 * <p>Threads: one that listens to the kernel, and two that enter other namespaces; all are daemons, named {@code enim-},
 * and do nothing else. Everything else runs on the caller's thread, which never leaves its namespace. No lock is held
 * while the kernel works; only moves wait in a line of their own, in front of the kernel's.
 *
 * <p>Invariants: a device is touched only after it was identified by MAC and found not to be one that is never touched
 * (P9); a device is reported home only after it was read back there (P2, P13); a descriptor or socket inside an
 * endpoint's namespace is open for one operation at most.
 *
 * <p>Not promised: an end to a send while others hold the kernel's lock (RTNL), which nothing can interrupt; a deadline
 * bounds everything around it. What a tenant set with ethtool or through sysfs is not restored, the device's counters go
 * on, and a macvlan or vlan that a tenant stacked on the device and moved into a further namespace lives until that
 * namespace ends; in the endpoint's own namespace it is deleted.
 */
@NullMarked
package io.enim.netlink;

import org.jspecify.annotations.NullMarked;
