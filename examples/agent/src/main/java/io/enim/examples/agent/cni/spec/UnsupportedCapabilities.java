package io.enim.examples.agent.cni;

import java.util.List;

/** Wishes that a runtime may pass with a capability and that an ENI cannot grant: the cloud assigned its addresses. */
final class UnsupportedRequests {
    private static final List<String> KEYS = List.of("ips", "mac", "ipRanges");

    private UnsupportedRequests() {}

    /** @throws CniException of code 2 */
    static void refuse(NetworkConfig config) {
        config.fields().object("runtimeConfig").ifPresent(wishes -> {
            for (String key : KEYS) {
                if (wishes.map().get(key) != null) {
                    throw new CniException(
                            CniCode.UNSUPPORTED_FIELD,
                            "network configuration: " + wishes.pathOf(key) + " is '"
                                    + Shown.of(String.valueOf(wishes.map().get(key))) + "'",
                            "addresses come with the ENI; take the capability " + key + " out of the configuration");
                }
            }
        });
    }
}
