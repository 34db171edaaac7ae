/** The device layer over the Linux kernel's rtnetlink, found as {@code linux}; and private networks for tests. */
module io.enim.netlink {
    requires transitive io.enim.api;
    requires static transitive org.jspecify;
    requires org.jnrproject.ffi;
    // Of jnr-ffi, which as an automatic module does not say so.
    requires org.objectweb.asm.commons;
    requires org.objectweb.asm.util;
    requires org.slf4j;

    exports io.enim.netlink;
    exports io.enim.netlink.testbed;

    // To every module: the class that jnr-ffi generates for the C library is in a module without a name.
    opens io.enim.netlink.internal.sys;

    provides io.enim.spi.NetworkDevicesFactory with
            io.enim.netlink.LinuxDevicesFactory;
}
