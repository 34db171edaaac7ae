/**
 * Linux network devices and namespaces over rtnetlink.
 *
 * <p>Entry types: {@link io.enim.netlink.LinuxDevicesFactory} creates the device layer ({@link io.enim.spi.NetworkDevices});
 * {@link io.enim.netlink.KernelStats} measures what it costs the kernel. Namespaces, veth pairs and bridges for demos and
 * tests are in {@code io.enim.netlink.testbed}. Packages below {@code internal} are not for use outside this module.
 *
 * <p>Threads: one that reads the kernel's notifications, and two that enter other namespaces; all are daemons, named {@code
 * enim-}. Everything else runs on the caller's thread, which never leaves its namespace. No lock is held while the kernel
 * works; only moves wait in a queue of their own, in front of the kernel's.
 *
 * <p>Invariants: a device is changed only after it was identified by MAC and found not to be protected (P9); a device is
 * reported as returned to the host only after it was read back there (P2, P13); a descriptor or socket inside an endpoint's
 * namespace is open for one operation at most.
 *
 * <p>Not promised: an end to a send while others hold the kernel's lock (RTNL), which nothing can interrupt; a deadline
 * bounds everything around it. What a tenant set through sysfs or with ethtool(8), other than features, is not restored, the device's counters continue, and a
 * macvlan or vlan that a tenant stacked on the device and moved into a further namespace exists until that namespace ends;
 * in the endpoint's own namespace it is deleted.
 */
@NullMarked
package io.enim.netlink;

import org.jspecify.annotations.NullMarked;
