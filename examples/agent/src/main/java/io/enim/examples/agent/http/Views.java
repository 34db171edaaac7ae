package io.enim.examples.agent.http;

import io.enim.Assignment;
import io.enim.CheckReport;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.GcReport;
import io.enim.Health;
import io.enim.IpLiteral;
import io.enim.IpamAddress;
import io.enim.Route;
import io.enim.TimelineEntry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Values of the manager as JSON documents. A field that has nothing to say is left out. */
final class Views {
    private Views() {}

    static Map<String, Object> health(Health health) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("status", health.status().name());
        view.put("reasons", health.reasons());
        return view;
    }

    static Map<String, Object> eni(Eni eni) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", eni.id());
        view.put("mac", eni.mac().toString());
        eni.ipv4().ifPresent(address -> view.put("ipv4", address(address)));
        eni.ipv6().ifPresent(address -> view.put("ipv6", address(address)));
        view.put("subnet", eni.subnetId());
        view.put("number", eni.number());
        view.put("state", eni.state().name());
        eni.holder().ifPresent(holder -> view.put("holder", endpoint(holder)));
        reason(view, eni.reason());
        return view;
    }

    static Map<String, Object> assignment(Assignment assignment) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("endpoint", endpoint(assignment.endpoint()));
        view.put("eni", assignment.eni().id());
        view.put("mac", assignment.eni().mac().toString());
        ip(view, "ipv4", assignment.ipv4());
        ip(view, "ipv6", assignment.ipv6());
        view.put("phase", assignment.phase().name());
        assignment.sandbox().ifPresent(sandbox -> {
            view.put("netns", sandbox.path().toString());
            view.put("netnsId", sandbox.id().toString());
        });
        assignment.baseline().ifPresent(home -> view.put("homeName", home.name()));
        if (!assignment.routes().isEmpty()) {
            view.put("routes", assignment.routes().stream().map(Route::toString).toList());
        }
        view.put("since", assignment.since().toString());
        reason(view, assignment.reason());
        return view;
    }

    static Map<String, Object> check(CheckReport report) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("endpoint", endpoint(report.endpoint()));
        view.put("ok", report.isOk());
        view.put(
                "differences",
                report.differences().stream()
                        .map(CheckReport.Difference::toString)
                        .toList());
        return view;
    }

    static Map<String, Object> gc(GcReport report) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("mode", report.mode().name());
        view.put("started", report.started().toString());
        view.put("millis", report.took().toMillis());
        view.put("examined", report.examined());
        view.put("findings", report.findings().stream().map(Views::finding).toList());
        return view;
    }

    private static Map<String, Object> finding(GcReport.Finding finding) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("kind", finding.kind().name());
        view.put("subject", finding.subject());
        view.put("action", finding.action());
        view.put("outcome", finding.outcome().name());
        view.put("evidence", finding.evidence());
        return view;
    }

    static Map<String, Object> step(TimelineEntry entry) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("at", entry.at().toString());
        view.put("operation", entry.operation());
        view.put("step", entry.step());
        view.put("micros", entry.took().toNanos() / 1000);
        entry.error().ifPresent(error -> view.put("error", error));
        return view;
    }

    private static Map<String, Object> endpoint(Endpoint endpoint) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("namespace", endpoint.namespace());
        view.put("name", endpoint.name());
        view.put("container", endpoint.containerId());
        view.put("interface", endpoint.interfaceName().value());
        return view;
    }

    private static void ip(Map<String, Object> view, String key, Optional<IpamAddress> address) {
        address.ifPresent(ip -> view.put(key, address(ip.withPrefix(), IpLiteral.format(ip.gateway()))));
    }

    private static Map<String, Object> address(EniAddress address) {
        return address(
                IpLiteral.format(address.address()) + "/" + address.subnet().prefixLength(),
                IpLiteral.format(address.gateway()));
    }

    private static Map<String, Object> address(String withPrefix, String gateway) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("address", withPrefix);
        view.put("gateway", gateway);
        return view;
    }

    private static void reason(Map<String, Object> view, String reason) {
        if (!reason.isEmpty()) {
            view.put("reason", reason);
        }
    }
}
