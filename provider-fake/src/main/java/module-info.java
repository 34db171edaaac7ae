/** A cloud in memory, found as {@code fake}, and devices in memory. With {@code io.enim.netlink}, its devices can be real. */
module io.enim.provider.fake {
    requires transitive io.enim.api;
    requires static io.enim.netlink;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports io.enim.provider.fake;
    exports io.enim.provider.fake.device;
    exports io.enim.provider.fake.plug;
    exports io.enim.provider.fake.region;

    provides io.enim.provider.EniProviderFactory with
            io.enim.provider.fake.FakeProviderFactory;
    provides io.enim.spi.NetworkDevicesFactory with
            io.enim.provider.fake.device.InMemoryDevicesFactory;
}
