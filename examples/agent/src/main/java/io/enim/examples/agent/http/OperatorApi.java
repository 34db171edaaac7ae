// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.Cidr;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.GcRequest;
import io.enim.InterfaceName;
import io.enim.InvalidRequestException;
import io.enim.PrintableText;
import io.enim.Route;
import io.enim.TimelineEntry;
import io.enim.examples.agent.api.AboutView;
import io.enim.examples.agent.api.AssignmentView;
import io.enim.examples.agent.api.CheckView;
import io.enim.examples.agent.api.EniView;
import io.enim.examples.agent.api.GcView;
import io.enim.examples.agent.api.LogLevelView;
import io.enim.examples.agent.api.NodeView;
import io.enim.examples.agent.api.StatusView;
import io.enim.examples.agent.api.StepView;
import io.enim.examples.agent.health.NodeHealth;
import io.enim.examples.agent.log.RecentLines;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The operator's interface, called by the command line, and what of it only reads by the loopback port too. Parameters are a form,
 * answers are JSON. Safe for concurrent use; asking may block on the manager.
 */
public final class OperatorApi {
    private final EniManager manager;
    private final EniSettings settings;
    private final NodeHealth health;
    private final Diagnosis diagnosis;
    private final Supplier<String> metrics;

    /**
     * Does nothing yet.
     *
     * @param settings shown to operators, secrets left out
     * @param metrics the metrics as text, in the format of Prometheus
     */
    public OperatorApi(
            EniManager manager,
            EniSettings settings,
            NodeHealth health,
            Diagnosis diagnosis,
            Supplier<String> metrics) {
        this.diagnosis = diagnosis;
        this.manager = manager;
        this.settings = settings;
        this.health = health;
        this.metrics = metrics;
    }

    HttpReply get(String path, FormBody query) {
        return switch (path) {
            case "/" -> StatusPage.reply();
            case "/v1/node" ->
                HttpReply.json(NodeView.of(manager, health.now(), settings.text(EniSetting.NODE), Instant.now()));
            case "/v1/status" -> HttpReply.json(StatusView.of(health.now(), manager.heartbeats()));
            case "/v1/enis" -> list(manager.enis(), EniView::of);
            case "/v1/assignments" -> list(manager.assignments(), AssignmentView::of);
            case "/v1/timeline" -> list(timeline(query), StepView::of);
            case "/v1/log-levels" -> list(diagnosis.levels().list(), LogLevelView::of);
            case "/v1/about" -> HttpReply.json(AboutView.of(settings));
            case "/v1/threads" -> HttpReply.text(200, ThreadDump.take());
            case "/v1/log" -> HttpReply.text(200, RecentLines.read());
            case "/metrics" -> HttpReply.metrics(metrics.get());
            default -> unknown(path);
        };
    }

    private static <T> HttpReply list(List<T> values, Function<T, ?> view) {
        return HttpReply.json(values.stream().map(view).toList());
    }

    HttpReply post(String path, FormBody form) {
        return switch (path) {
            case "/v1/add" -> HttpReply.json(AssignmentView.of(manager.add(addRequest(form))));
            case "/v1/del" -> del(form);
            case "/v1/check" -> HttpReply.json(CheckView.of(manager.check(endpoint(form))));
            case "/v1/gc" -> {
                GcRequest full = GcRequest.full();
                yield HttpReply.json(GcView.of(manager.gc(form.text("dryRun").equals("true") ? full.dryRun() : full)));
            }
            case "/v1/log-level" -> HttpReply.json(LogLevelView.of(diagnosis.setLevel(form)));
            default -> unknown(path);
        };
    }

    private HttpReply del(FormBody form) {
        if (form.text("container").isEmpty() && form.text("interface").isEmpty()) {
            Endpoint named = Endpoint.of(namespace(form), form.text("name"));
            manager.del(named.namespace(), named.name());
        } else {
            manager.del(endpoint(form));
        }
        return HttpReply.json(List.of());
    }

    /** For an endpoint that holds nothing, as after a failed ADD, the timeline of its latest container. */
    private List<TimelineEntry> timeline(FormBody query) {
        Endpoint endpoint = endpoint(query);
        List<TimelineEntry> exact = manager.timeline(endpoint);
        return exact.isEmpty() && query.text("container").isEmpty()
                ? manager.timeline(endpoint.namespace(), endpoint.name())
                : exact;
    }

    /**
     * The endpoint that a form names. A missing container or interface is taken from the assignment of that name, if
     * there is exactly one.
     */
    private Endpoint endpoint(FormBody form) {
        Endpoint named = exact(form);
        if (!form.text("container").isEmpty()) {
            return named;
        }
        List<Endpoint> matches = manager.assignments().stream()
                .map(Assignment::endpoint)
                .filter(endpoint -> endpoint.isNamed(named.namespace(), named.name()))
                .filter(endpoint -> form.text("interface").isEmpty()
                        || endpoint.interfaceName().equals(named.interfaceName()))
                .toList();
        if (matches.size() > 1) {
            throw new InvalidRequestException(
                    "endpoint",
                    named.toString(),
                    "several endpoints have this name: " + matches + "; add the container and the interface");
        }
        return matches.isEmpty() ? named : matches.get(0);
    }

    private static Endpoint exact(FormBody form) {
        String name = form.text("interface");
        return new Endpoint(
                namespace(form),
                form.text("name"),
                form.text("container"),
                name.isEmpty() ? Endpoint.DEFAULT_INTERFACE : new InterfaceName(name));
    }

    private static String namespace(FormBody form) {
        return form.text("namespace").isEmpty() ? "default" : form.text("namespace");
    }

    private static AddRequest addRequest(FormBody form) {
        WhenEmpty whenEmpty = form.text("whenEmpty").equals("wait") ? WhenEmpty.WAIT : WhenEmpty.FAIL;
        AddRequest.Builder request = AddRequest.forEndpoint(exact(form)).whenEmpty(whenEmpty);
        String netns = form.text("netns");
        if (!netns.isEmpty()) {
            request.netns(path(netns));
        }
        for (String route : form.text("routes").split(",", -1)) {
            if (!route.isBlank()) {
                request.route(route(route.strip()));
            }
        }
        return request.build();
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new InvalidRequestException("netns", text, "invalid path", e);
        }
    }

    /** {@code 10.0.0.0/8} or {@code 10.0.0.0/8@10.1.0.1}. */
    private static Route route(String text) {
        int at = text.indexOf('@');
        return at < 0
                ? Route.to(Cidr.parse(text))
                : Route.via(Cidr.parse(text.substring(0, at)), Cidr.parseAddress(text.substring(at + 1)));
    }

    private static HttpReply unknown(String path) {
        return HttpReply.error(404, "Path", "no such path: " + PrintableText.brief(path));
    }
}
