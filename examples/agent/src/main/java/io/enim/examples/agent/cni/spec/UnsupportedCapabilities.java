package io.enim.examples.agent.cni.spec;

import java.util.List;

/** Wishes that a runtime may pass with a capability and that an ENI cannot grant: the cloud assigned its addresses. */
public final class UnsupportedCapabilities {
    private static final List<String> KEYS = List.of("ips", "mac", "ipRanges");

    private UnsupportedCapabilities() {}

    /** @throws CniException of code 2 */
    public static void refuse(NetworkConfig config) {
        config.fields().object("runtimeConfig").ifPresent(wishes -> {
            for (String key : KEYS) {
                if (wishes.map().get(key) != null) {
                    throw new CniException(
                            CniErrorCode.UNSUPPORTED_FIELD,
                            "network configuration: " + wishes.pathOf(key) + " is '"
                                    + Printable.of(String.valueOf(wishes.map().get(key))) + "'",
                            "addresses come with the ENI; take the capability " + key + " out of the configuration");
                }
            }
        });
    }
}
