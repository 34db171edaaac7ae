// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import io.enim.Assignment;
import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.IpLiteral;
import io.enim.IpamAddress;
import io.enim.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writes the result of an ADD in the requested version. Until 0.4.0 each address has its family in {@code version}; from
 * 1.1.0 on an interface has an {@code mtu}. With the IPAM role there are no interfaces. The result of an earlier plugin
 * ({@code prevResult}) comes first and is not changed.
 */
public final class AddResultWriter {
    private static final List<Cidr> DEFAULTS = List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0"));
    private static final List<String> DNS_LISTS = List.of("nameservers", "search", "options");

    private final NetworkConfig config;
    private final Assignment assignment;
    private final String sandbox;

    private AddResultWriter(NetworkConfig config, Assignment assignment, String sandbox) {
        this.config = config;
        this.assignment = assignment;
        this.sandbox = sandbox;
    }

    /**
     * Reads all parts of the configuration that the result needs, so that an invalid one is refused before anything is
     * changed.
     *
     * @throws CniException of code 7
     */
    public static void requireReadable(NetworkConfig config) {
        dns(config.fields());
        Optional<JsonFields> before = config.prevResult();
        earlier(before, "interfaces");
        earlier(before, "ips");
        earlier(before, "routes");
    }

    /** @param sandbox {@code CNI_NETNS}, unchanged */
    public static Map<String, Object> write(NetworkConfig config, Assignment assignment, String sandbox) {
        return new AddResultWriter(config, assignment, sandbox).write();
    }

    private Map<String, Object> write() {
        Optional<JsonFields> before = config.prevResult();
        List<Object> interfaces = earlier(before, "interfaces");
        List<Object> ips = earlier(before, "ips");
        List<Object> routes = earlier(before, "routes");
        boolean hasInterface = config.role() == NetworkConfig.Role.INTERFACE;
        int index = interfaces.size();
        if (hasInterface) {
            interfaces.add(device());
        }
        Stream.of(assignment.ipv4(), assignment.ipv6())
                .flatMap(Optional::stream)
                .forEach(address -> ips.add(ip(address, hasInterface ? Optional.of(index) : Optional.empty())));
        routes().forEach(route -> routes.add(route(route)));

        Map<String, Object> result = new LinkedHashMap<>();
        before.ifPresent(fields -> result.putAll(fields.map()));
        result.put("cniVersion", config.version().text());
        if (!interfaces.isEmpty()) {
            result.put("interfaces", interfaces);
        }
        result.put("ips", ips);
        result.put("routes", routes);
        dns(config.fields()).ifPresent(dns -> result.put("dns", dns));
        return result;
    }

    /** The DNS section of the configuration. */
    private static Optional<Map<String, Object>> dns(JsonFields config) {
        return config.object("dns").map(dns -> {
            Map<String, Object> copy = new LinkedHashMap<>();
            dns.text("domain").ifPresent(domain -> copy.put("domain", domain));
            for (String key : DNS_LISTS) {
                if (dns.has(key)) {
                    copy.put(key, dns.texts(key));
                }
            }
            return copy;
        });
    }

    private static List<Object> earlier(Optional<JsonFields> before, String key) {
        List<Object> list = new ArrayList<>();
        before.ifPresent(fields -> fields.objects(key).forEach(each -> list.add(each.map())));
        return list;
    }

    private Map<String, Object> device() {
        Map<String, Object> device = new LinkedHashMap<>();
        device.put("name", assignment.endpoint().interfaceName().value());
        device.put("mac", assignment.eni().mac().toString());
        if (!config.version().isBefore(CniVersion.V1_1_0)) {
            // A device keeps its MTU when it moves, unless another was asked for.
            assignment
                    .baseline()
                    .ifPresent(baseline ->
                            device.put("mtu", assignment.link().mtu().orElse(baseline.mtu())));
        }
        device.put("sandbox", sandbox);
        return device;
    }

    private Map<String, Object> ip(IpamAddress address, Optional<Integer> index) {
        Map<String, Object> ip = new LinkedHashMap<>();
        if (config.version().isBefore(CniVersion.V1_0_0)) {
            ip.put("version", address.cidr().isIpv4() ? "4" : "6");
        }
        ip.put("address", address.withPrefix());
        ip.put("gateway", IpLiteral.format(address.gateway()));
        index.ifPresent(number -> ip.put("interface", number));
        return ip;
    }

    /** The requested routes, and a default route for each address family without one. */
    private List<Route> routes() {
        List<Route> routes = new ArrayList<>(assignment.routes());
        for (Cidr everything : DEFAULTS) {
            if (assignment.link().defaultRoutes()
                    && own(everything).isPresent()
                    && routes.stream().noneMatch(route -> route.destination().equals(everything))) {
                routes.add(Route.to(everything));
            }
        }
        return routes;
    }

    /** The ENI's address of this family. */
    private Optional<EniAddress> own(Cidr destination) {
        return destination.isIpv4() ? assignment.eni().ipv4() : assignment.eni().ipv6();
    }

    private Map<String, Object> route(Route route) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("dst", route.destination().toString());
        route.gateway()
                .or(() -> own(route.destination()).map(EniAddress::gateway))
                .ifPresent(hop -> written.put("gw", IpLiteral.format(hop)));
        return written;
    }
}
