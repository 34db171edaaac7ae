// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import io.enim.PrintableText;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code CNI_ARGS}: {@code KEY=VALUE} pairs separated by semicolons, in any order. Unknown keys are ignored, with and
 * without {@code IgnoreUnknown}.
 */
public final class CniArgs {
    private final Map<String, String> values;

    private CniArgs(Map<String, String> values) {
        this.values = values;
    }

    /** @throws CniException of code 4 when a pair has no equals sign, or a key occurs twice with different values */
    public static CniArgs parse(String text) {
        Map<String, String> values = new HashMap<>();
        for (String pair : text.split(";", -1)) {
            if (pair.isBlank()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw malformed("'" + PrintableText.brief(pair) + "' is not a KEY=VALUE pair");
            }
            String key = pair.substring(0, equals).strip();
            String value = pair.substring(equals + 1).strip();
            String before = values.putIfAbsent(key, value);
            if (before != null && !before.equals(value)) {
                throw malformed("'" + PrintableText.brief(key) + "' occurs twice, with different values");
            }
        }
        return new CniArgs(values);
    }

    private static CniException malformed(String what) {
        return CniException.environment("CNI_ARGS: " + what, "write FOO=BAR;ABC=123, in any order");
    }

    public Optional<String> podNamespace() {
        return value("K8S_POD_NAMESPACE");
    }

    public Optional<String> podName() {
        return value("K8S_POD_NAME");
    }

    public Optional<String> podContainer() {
        return value("K8S_POD_INFRA_CONTAINER_ID");
    }

    /** Given by a kubelet's runtime, and by no other caller. */
    public Optional<String> podUid() {
        return value("K8S_POD_UID");
    }

    /** The address that the container is to have. */
    Optional<String> ip() {
        return value("IP");
    }

    /** The MAC that the container is to have. */
    Optional<String> mac() {
        return value("MAC");
    }

    private Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
    }
}
