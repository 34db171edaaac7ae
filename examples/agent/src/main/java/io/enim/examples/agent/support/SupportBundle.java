// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.support;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.EniSetting;
import io.enim.examples.agent.api.AboutView;
import io.enim.examples.agent.api.AssignmentView;
import io.enim.examples.agent.api.NodeView;
import io.enim.examples.agent.api.OperationView;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Collects what a report of a fault needs. Whatever the agent does not answer, or this process may not read, is missing, and the
 * archive says why. Blocks for a minute at most. Not thread-safe.
 */
public final class SupportBundle {
    private static final int MOST_TIMELINES = 300;
    private static final String WORDS = """
            A support bundle of an ENIM agent.

            Values of settings, variables and records are left out unless they are known to be harmless: (masked) stands for them.
            Names of pods, addresses and ids of the cloud are in here; look through it before you give it to others.

            What is in here, and what is missing:
            """;

    private final Agent agent;
    private final SettingSources settings;

    /** Asks the agent; fails as the reason says that it is away. */
    @FunctionalInterface
    public interface Agent {
        String get(String path) throws IOException;

        /** Sends a form to the agent; one that can only read need not override this. */
        default String post(String path, String form) throws IOException {
            throw new IOException("only reading is possible");
        }
    }

    /**
     * A bundle that is to be written.
     *
     * @param config the file with the agent's settings
     */
    public SupportBundle(Agent agent, Optional<Path> config, Map<String, String> environment) {
        this.agent = agent;
        this.settings = new SettingSources(config, environment);
    }

    /**
     * Writes it to a file that does not exist yet, with mode 0600; returns the list of its contents.
     *
     * @throws IOException the file exists, or cannot be written
     */
    public String write(Path file) throws IOException {
        Redaction redaction = new Redaction();
        settings.tell(redaction);
        try (BundleWriter bundle = new BundleWriter(file, redaction)) {
            bundle.add("settings.txt", "the file of settings", settings::fileText);
            bundle.add("environment.txt", "variables of this command that begin with ENIM_", settings::environmentText);
            bundle.add(
                    "agent/about.json", "version, JVM and settings of the running agent", () -> agent.get("/v1/about"));
            bundle.add("agent/status.json", "health and its reasons", () -> agent.get("/v1/status"));
            bundle.add(
                    "agent/node.json",
                    "ENIs, assignments, operations, calls to the cloud",
                    () -> agent.get("/v1/node"));
            bundle.add("agent/enis.json", "ENIs", () -> agent.get("/v1/enis"));
            bundle.add("agent/assignments.json", "assignments", () -> agent.get("/v1/assignments"));
            bundle.add("agent/timelines.txt", "timelines of endpoints", this::timelines);
            bundle.add("agent/metrics.txt", "metrics", () -> agent.get("/metrics"));
            bundle.add(
                    "agent/findings.json",
                    "what garbage collection finds, without acting",
                    () -> agent.post("/v1/gc", "dryRun=true"));
            bundle.add("agent/log.txt", "the agent's latest lines of log", () -> agent.get("/v1/log"));
            bundle.add("agent/threads.txt", "the agent's threads", () -> agent.get("/v1/threads"));
            new RecordsOnDisk(directory(EniSetting.RUN_DIR)).addTo(bundle, "run");
            new RecordsOnDisk(directory(EniSetting.STATE_DIR)).addTo(bundle, "state");
            HostFacts.addTo(bundle);
            bundle.finish(WORDS);
            return bundle.contents(WORDS);
        }
    }

    /** As the running agent says, else as the file does. */
    private Path directory(EniSetting setting) {
        String fallback = settings.value(setting.key()).orElse(setting.defaultText());
        try {
            AboutView about = JSON.std.beanFrom(AboutView.class, agent.get("/v1/about"));
            return Path.of(about.settings().getOrDefault(setting.key(), setting.defaultText()));
        } catch (IOException e) {
            return Path.of(fallback); // That it is away stands in the list of contents already.
        }
    }

    private String timelines() throws IOException {
        NodeView node = JSON.std.beanFrom(NodeView.class, agent.get("/v1/node"));
        Set<Map<String, String>> endpoints = new LinkedHashSet<>();
        node.operations().stream().map(OperationView::endpoint).forEach(endpoints::add);
        node.assignments().stream().map(AssignmentView::endpoint).forEach(endpoints::add);
        StringBuilder timelines = new StringBuilder();
        for (Map<String, String> endpoint :
                endpoints.stream().limit(MOST_TIMELINES).toList()) {
            String query = endpoint.entrySet().stream()
                    .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
            timelines
                    .append("---- ")
                    .append(String.join("/", endpoint.values()))
                    .append('\n')
                    .append(agent.get("/v1/timeline?" + query));
        }
        return timelines.toString();
    }
}
