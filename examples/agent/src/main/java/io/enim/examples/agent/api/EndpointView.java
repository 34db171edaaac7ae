// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.api;

import io.enim.Endpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An endpoint as a map with the keys {@code namespace}, {@code name}, {@code container} and {@code interface}. */
public final class EndpointView {
    private EndpointView() {}

    static Map<String, String> of(Endpoint endpoint) {
        Map<String, String> view = new LinkedHashMap<>();
        view.put("namespace", endpoint.namespace());
        view.put("name", endpoint.name());
        view.put("container", endpoint.containerId());
        view.put("interface", endpoint.interfaceName().value());
        return view;
    }

    /** {@code namespace/name}, with the interface unless it is eth0; a dash for no endpoint. */
    public static String label(@Nullable Map<String, String> view) {
        if (view == null) {
            return "-";
        }
        String name = view.get("namespace") + "/" + view.get("name");
        String interfaceName = view.getOrDefault("interface", "eth0");
        return interfaceName.equals("eth0") ? name : name + " " + interfaceName;
    }
}
