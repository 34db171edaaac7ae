/** What the adapters of clouds have in common. */
module io.enim.provider.support {
    requires transitive io.enim.api;
    requires static transitive org.jspecify;

    exports io.enim.provider.support;
}
