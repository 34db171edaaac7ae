package io.enim.examples.agent.cni.spec;

import java.util.List;

/** Capability arguments that ENIM cannot honour, because the cloud assigns an ENI's addresses. */
public final class UnsupportedCapabilities {
    private static final List<String> KEYS = List.of("ips", "mac", "ipRanges");

    private UnsupportedCapabilities() {}

    /** @throws CniException of code 2 */
    public static void refuse(NetworkConfig config) {
        config.fields().object("runtimeConfig").ifPresent(runtime -> {
            for (String key : KEYS) {
                if (runtime.map().get(key) != null) {
                    throw new CniException(
                            CniErrorCode.UNSUPPORTED_FIELD,
                            "network configuration: " + runtime.pathOf(key) + " is '"
                                    + Printable.of(String.valueOf(runtime.map().get(key))) + "'",
                            "the cloud assigns the addresses of an ENI; remove the capability " + key
                                    + " from the configuration");
                }
            }
        });
    }
}
