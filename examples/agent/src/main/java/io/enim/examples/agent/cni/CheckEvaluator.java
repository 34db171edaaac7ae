// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni;

import io.enim.Assignment;
import io.enim.CheckReport.Difference;
import io.enim.Cidr;
import io.enim.InvalidRequestException;
import io.enim.IpLiteral;
import io.enim.IpamAddress;
import io.enim.examples.agent.cni.spec.JsonFields;
import io.enim.examples.agent.cni.spec.NetworkConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares what CHECK found with {@code prevResult}, the final result of the whole chain. A change by a later plugin is
 * visible there ("The plugin must allow for a later chained plugin to have modified networking resources") and is no
 * problem. An address that {@code prevResult} lists as ours and the endpoint does not hold is one.
 */
final class CheckEvaluator {
    private final Assignment assignment;
    private final NetworkConfig.Role role;
    private final List<JsonFields> ips;
    private final List<JsonFields> routes;
    private final List<JsonFields> interfaces;
    private final int index;

    CheckEvaluator(Assignment assignment, NetworkConfig.Role role, JsonFields prevResult, String sandbox) {
        this.assignment = assignment;
        this.role = role;
        this.ips = prevResult.objects("ips");
        this.routes = prevResult.objects("routes");
        this.interfaces = prevResult.objects("interfaces");
        this.index = indexOf(assignment.endpoint().interfaceName().value(), sandbox);
    }

    private int indexOf(String name, String sandbox) {
        for (int i = 0; i < interfaces.size(); i++) {
            JsonFields each = interfaces.get(i);
            if (each.text("name").equals(Optional.of(name))
                    && each.text("sandbox").equals(Optional.of(sandbox))) {
                return i;
            }
        }
        return -1;
    }

    /** The differences that no later plugin explains, and those between prevResult and the assignment. */
    List<Difference> problems(List<Difference> found) {
        List<Difference> problems = new ArrayList<>();
        found.stream().filter(difference -> !isByLaterPlugin(difference)).forEach(problems::add);
        if (role == NetworkConfig.Role.INTERFACE && index < 0) {
            String name = assignment.endpoint().interfaceName().value();
            problems.add(new Difference("prevResult.interfaces", name, "absent"));
            return problems;
        }
        Set<String> held = Stream.of(assignment.ipv4(), assignment.ipv6())
                .flatMap(Optional::stream)
                .map(IpamAddress::withPrefix)
                .map(CheckEvaluator::canonical)
                .collect(Collectors.toSet());
        Set<String> listed = ips.stream()
                .filter(this::isOurs)
                .map(ip -> canonical(ip.text("address").orElse("")))
                .collect(Collectors.toSet());
        if (!held.equals(listed)) {
            problems.add(new Difference("prevResult.ips", sorted(held), sorted(listed)));
        }
        return problems;
    }

    private boolean isOurs(JsonFields ip) {
        return role == NetworkConfig.Role.IPAM
                || Integer.valueOf(index).equals(ip.map().get("interface"));
    }

    private boolean isByLaterPlugin(Difference difference) {
        if (index < 0) {
            return false;
        }
        Map<String, Object> ours = interfaces.get(index).map();
        String what = difference.what().toLowerCase(Locale.ROOT);
        if (what.equals("mac") || what.equals("mtu")) {
            return difference.actual().equalsIgnoreCase(Objects.toString(ours.get(what), ""));
        }
        if (what.equals("unexpected address")) {
            return ips.stream()
                    .flatMap(ip -> ip.text("address").stream())
                    .anyMatch(address -> canonical(address).equals(difference.actual()));
        }
        if (what.equals("unexpected route")) {
            return routes.stream().map(CheckEvaluator::text).anyMatch(difference.actual()::equals);
        }
        if (what.startsWith("route")) {
            return routes.stream()
                    .flatMap(route -> route.text("dst").stream())
                    .noneMatch(destination -> difference.expected().contains(canonical(destination)));
        }
        return false;
    }

    /** A route of prevResult as differences show it. */
    private static String text(JsonFields route) {
        return canonical(route.text("dst").orElse(""))
                + route.text("gw").map(hop -> " via " + hopText(hop)).orElse("");
    }

    private static String hopText(String hop) {
        try {
            return IpLiteral.format(Cidr.parseAddress(hop));
        } catch (InvalidRequestException e) {
            return hop;
        }
    }

    /** One spelling for each address: other plugins may write IPv6 in the long form or in capitals. */
    private static String canonical(String text) {
        int slash = text.indexOf('/');
        try {
            return slash < 0
                    ? text
                    : IpLiteral.format(Cidr.parseAddress(text.substring(0, slash))) + text.substring(slash);
        } catch (InvalidRequestException e) {
            return text;
        }
    }

    private static String sorted(Set<String> addresses) {
        return addresses.stream().sorted().collect(Collectors.joining(", "));
    }
}
