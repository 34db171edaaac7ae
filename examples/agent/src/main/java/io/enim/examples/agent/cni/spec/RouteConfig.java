// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import io.enim.Cidr;
import io.enim.EniException;
import io.enim.Route;
import java.util.ArrayList;
import java.util.List;

/** {@code ipam.routes} of a network configuration: destinations, each with an optional gateway. */
public final class RouteConfig {
    /** Fields of version 1.1.0 that ENIM does not support. */
    private static final List<String> UNSUPPORTED = List.of("mtu", "advmss", "priority", "table", "scope");

    private RouteConfig() {}

    /** @throws CniException of code 2 or 7 */
    public static List<Route> of(NetworkConfig config) {
        List<Route> routes = new ArrayList<>();
        config.fields().object("ipam").ifPresent(ipam -> {
            for (JsonFields route : ipam.objects("routes")) {
                routes.add(read(route));
            }
        });
        return routes;
    }

    private static Route read(JsonFields route) {
        for (String key : UNSUPPORTED) {
            if (route.has(key)) {
                throw route.unsupported(key, "only dst and gw are supported; remove the others");
            }
        }
        String key = route.pathOf("dst");
        String destination = route.text("dst")
                .orElseThrow(() -> CniException.configuration(key + " is missing", "a route needs a destination"));
        try {
            Cidr block = Cidr.parse(destination);
            return route.text("gw")
                    .map(hop -> Route.via(block, Cidr.parseAddress(hop)))
                    .orElseGet(() -> Route.to(block));
        } catch (EniException e) {
            String rule = "write a route as dst: 10.0.0.0/8, gw: 10.1.0.1";
            throw CniException.configuration(key + ": " + e.getMessage(), rule);
        }
    }
}
