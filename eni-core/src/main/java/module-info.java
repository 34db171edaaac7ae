/** The manager of ENIM, built by {@link io.enim.core.Enim}. Providers and device layers are found on the module path. */
module io.enim.core {
    requires transitive io.enim.api;
    requires transitive com.google.guice;
    // What an application may do without.
    requires static io.opentelemetry.api;
    requires static io.opentelemetry.context;
    requires static jdk.jfr;
    requires static micrometer.core;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports io.enim.core;
    exports io.enim.core.metrics;
    exports io.enim.core.tracing;

    // Guice calls the methods of EnimModule.
    opens io.enim.core to
            com.google.guice;

    uses io.enim.provider.EniProviderFactory;
    uses io.enim.spi.NetworkDevicesFactory;
}
