// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.ledger;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Assignment.Sandbox;
import io.enim.Cidr;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniState;
import io.enim.HostLink;
import io.enim.InterfaceName;
import io.enim.InvalidRequestException;
import io.enim.IpLiteral;
import io.enim.LinkOptions;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.spi.NamespaceId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An assignment as fields of text, and back. Unknown fields are ignored, so that an older version reads a newer one's. */
final class AssignmentCodec {
    private static final String LABEL = "label.";
    private static final String EARLIER = "earlier.";
    private static final String ENI_MTU = "eni.mtu";
    private static final String MTU = "link.mtu";
    private static final String DEFAULT_ROUTES = "link.default-routes";
    private static final String SERVICE_NETWORKS = "link.host-link.services";
    private static final String NODE_NETWORKS = "link.host-link.nodes";

    private AssignmentCodec() {}

    static Map<String, String> encode(Assignment assignment) {
        Map<String, String> fields = new LinkedHashMap<>();
        Endpoint endpoint = assignment.endpoint();
        fields.put("endpoint.namespace", endpoint.namespace());
        fields.put("endpoint.name", endpoint.name());
        fields.put("endpoint.container", endpoint.containerId());
        fields.put("endpoint.interface", endpoint.interfaceName().value());
        Eni eni = assignment.eni();
        fields.put("eni.id", eni.id());
        fields.put("eni.mac", eni.mac().toString());
        fields.put("eni.subnet", eni.subnetId());
        fields.put("eni.number", Integer.toString(eni.number()));
        eni.mtu().ifPresent(mtu -> fields.put(ENI_MTU, Integer.toString(mtu)));
        eni.ipv4().ifPresent(address -> fields.put("eni.ipv4", text(address)));
        eni.ipv6().ifPresent(address -> fields.put("eni.ipv6", text(address)));
        fields.put("phase", assignment.phase().name());
        fields.put("since", assignment.since().toString());
        fields.put("reason", assignment.reason());
        assignment.sandbox().ifPresent(sandbox -> {
            fields.put("sandbox.path", sandbox.path().toString());
            fields.put("sandbox.device", Long.toString(sandbox.id().device()));
            fields.put("sandbox.inode", Long.toString(sandbox.id().inode()));
            fields.put("sandbox.cookie", Long.toString(sandbox.id().cookie()));
        });
        assignment.baseline().map(DeviceBaselineCodec::encode).ifPresent(fields::putAll);
        List<Route> routes = assignment.routes();
        for (int i = 0; i < routes.size(); i++) {
            fields.put("route." + i, text(routes.get(i)));
        }
        assignment.link().mtu().ifPresent(mtu -> fields.put(MTU, Integer.toString(mtu)));
        if (!assignment.link().defaultRoutes()) {
            fields.put(DEFAULT_ROUTES, "no");
        }
        assignment.link().hostLink().ifPresent(link -> {
            putNetworks(fields, SERVICE_NETWORKS, link.serviceNetworks());
            putNetworks(fields, NODE_NETWORKS, link.nodeNetworks());
        });
        assignment.labels().forEach((key, value) -> fields.put(LABEL + key, value));
        return fields;
    }

    /**
     * Reads an assignment.
     *
     * @throws InvalidRequestException a field is missing or invalid
     */
    static Assignment decode(Map<String, String> texts) {
        Fields fields = new Fields(texts);
        Endpoint endpoint = new Endpoint(
                fields.text("endpoint.namespace"),
                fields.text("endpoint.name"),
                fields.text("endpoint.container"),
                new InterfaceName(fields.text("endpoint.interface")));
        Eni eni = new Eni(
                fields.text("eni.id"),
                MacAddress.parse(fields.text("eni.mac")),
                address(texts, "eni.ipv4"),
                address(texts, "eni.ipv6"),
                fields.text("eni.subnet"),
                fields.number("eni.number"),
                mtu(fields, ENI_MTU),
                EniState.IN_USE,
                Optional.of(endpoint),
                "");
        return new Assignment(
                endpoint,
                eni,
                fields.parse("phase", Phase::valueOf, "one of " + List.of(Phase.values())),
                fields.has("sandbox.path") ? Optional.of(sandbox(fields)) : Optional.empty(),
                DeviceBaselineCodec.decode(texts),
                routes(texts),
                new LinkOptions(mtu(fields, MTU), !fields.has(DEFAULT_ROUTES), hostLink(fields)),
                labels(texts),
                fields.parse("since", Instant::parse, "an ISO-8601 instant"),
                fields.text("reason"));
    }

    static Map<String, String> encodeEarlier(Assignment assignment) {
        Map<String, String> fields = new LinkedHashMap<>();
        encode(assignment).forEach((name, value) -> fields.put(EARLIER + name, value));
        return fields;
    }

    /** Reads what {@link #encodeEarlier} wrote beside another assignment; errors as {@link #decode}. */
    static Optional<Assignment> decodeEarlier(Map<String, String> texts) {
        Map<String, String> fields = new HashMap<>();
        texts.forEach((name, value) -> {
            if (name.startsWith(EARLIER)) {
                fields.put(name.substring(EARLIER.length()), value);
            }
        });
        return fields.isEmpty() ? Optional.empty() : Optional.of(decode(fields));
    }

    private static OptionalInt mtu(Fields fields, String name) {
        return fields.has(name) ? OptionalInt.of(fields.number(name)) : OptionalInt.empty();
    }

    private static void putNetworks(Map<String, String> fields, String name, List<Cidr> networks) {
        if (!networks.isEmpty()) {
            fields.put(name, networks.stream().map(Cidr::toString).collect(Collectors.joining(" ")));
        }
    }

    private static Optional<HostLink> hostLink(Fields fields) {
        return fields.has(SERVICE_NETWORKS) || fields.has(NODE_NETWORKS)
                ? Optional.of(new HostLink(networks(fields, SERVICE_NETWORKS), networks(fields, NODE_NETWORKS)))
                : Optional.empty();
    }

    private static List<Cidr> networks(Fields fields, String name) {
        return fields.has(name)
                ? Stream.of(fields.text(name).split(" ", -1)).map(Cidr::parse).toList()
                : List.of();
    }

    private static Sandbox sandbox(Fields fields) {
        return new Sandbox(
                fields.parse("sandbox.path", Path::of, "a path of this machine"),
                new NamespaceId(
                        fields.wide("sandbox.device"), fields.wide("sandbox.inode"), fields.wide("sandbox.cookie")));
    }

    private static List<Route> routes(Map<String, String> fields) {
        List<Route> routes = new ArrayList<>();
        for (String text = fields.get("route.0"); text != null; text = fields.get("route." + routes.size())) {
            String[] parts = text.split(" ", -1);
            if (parts.length > 2) {
                throw new InvalidRequestException("route", text, "expected a destination, and a gateway or none");
            }
            Cidr destination = Cidr.parse(parts[0]);
            routes.add(parts.length == 1 ? Route.to(destination) : Route.via(destination, Cidr.parseAddress(parts[1])));
        }
        return routes;
    }

    /** None in a record of the release before labels. */
    private static Map<String, String> labels(Map<String, String> fields) {
        Map<String, String> labels = new HashMap<>();
        fields.forEach((name, value) -> {
            if (name.startsWith(LABEL)) {
                labels.put(name.substring(LABEL.length()), value);
            }
        });
        return labels;
    }

    private static String text(Route route) {
        return route.destination()
                + route.gateway().map(hop -> " " + IpLiteral.format(hop)).orElse("");
    }

    private static String text(EniAddress address) {
        return IpLiteral.format(address.address()) + " " + address.subnet() + " " + IpLiteral.format(address.gateway());
    }

    private static Optional<EniAddress> address(Map<String, String> fields, String name) {
        String text = fields.get(name);
        if (text == null) {
            return Optional.empty();
        }
        String[] parts = text.split(" ", -1);
        if (parts.length != 3) {
            throw new InvalidRequestException(name, text, "expected address, subnet and gateway");
        }
        return Optional.of(EniAddress.parse(parts[0], parts[1], parts[2]));
    }
}
