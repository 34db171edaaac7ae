/** The contracts of ENIM: what an agent calls, what a cloud and a device layer implement. */
module io.enim.api {
    requires static transitive org.jspecify;

    exports io.enim;
    exports io.enim.provider;
    exports io.enim.spi;

    uses io.enim.provider.EniProviderFactory;
    uses io.enim.spi.NetworkDevicesFactory;
}
