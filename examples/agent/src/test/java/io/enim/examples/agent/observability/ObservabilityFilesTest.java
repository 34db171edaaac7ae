package io.enim.examples.agent.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.EniManager;
import io.enim.EniSettings;
import io.enim.core.Enim;
import io.enim.core.metrics.MicrometerMetrics;
import io.enim.examples.agent.cni.CniMetrics;
import io.enim.examples.agent.health.NodeGauges;
import io.enim.examples.agent.health.NodeHealth;
import io.enim.examples.agent.testing.PrometheusText;
import io.enim.examples.agent.testing.PrometheusText.Sample;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A metric or a label that is renamed makes these fail, before a dashboard is empty and an alert is silent. */
class ObservabilityFilesTest {
    private static final Path FILES = Path.of("package/observability");
    private static final Path OPERATE = Path.of("../../docs/operate.md");
    private static final Pattern RULE =
            Pattern.compile(" {6}- alert: (Enim[A-Za-z]+)\n {8}expr: '(.*)'\n {8}for: \\d+[mh]\n"
                    + " {8}labels:\n {10}severity: (?:page|ticket)\n"
                    + " {8}annotations:\n {10}summary: '(.*)'\n {10}description: '(.*)'\n");
    private static final Pattern TEMPLATE = Pattern.compile("\\$labels\\.([a-z]+)");

    private final PrometheusText exported = ExportedMetrics.all();

    @TempDir
    Path directory;

    private record Alert(String name, String query, String texts) {}

    private static List<Alert> alerts() throws IOException {
        String file = Files.readString(FILES.resolve("alerts.yaml"));
        String rules = file.substring(file.indexOf("    rules:\n") + "    rules:\n".length());
        List<Alert> alerts = new ArrayList<>();
        Matcher rule = RULE.matcher(rules);
        int end = 0;
        while (rule.find() && rule.start() == end) {
            end = rule.end();
            alerts.add(new Alert(rule.group(1), rule.group(2).replace("''", "'"), rule.group(3) + rule.group(4)));
        }
        assertThat(rules.substring(end))
                .as("all rules are written as the others")
                .isEmpty();
        return alerts;
    }

    @Test
    void eachAlertAsksForWhatTheAgentExports() throws IOException {
        assertThat(alerts()).hasSizeGreaterThan(10);
        for (Alert alert : alerts()) {
            new PromQuery(alert.query()).assertIsOf(exported);
        }
    }

    @Test
    void eachAlertSaysWhereAndNamesOnlyLabelsThatItHas() throws IOException {
        for (Alert alert : alerts()) {
            assertThat(alert.texts()).as(alert.name()).contains("{{ $labels.instance }}");
            TEMPLATE.matcher(alert.texts())
                    .results()
                    .map(match -> match.group(1))
                    .forEach(label -> assertThat(alert.query() + "instance")
                            .as("%s names %s", alert.name(), label)
                            .contains(label));
        }
    }

    @Test
    void eachAlertHasItsRowInTheOperatorsPage() throws IOException {
        Set<String> rows = Files.readString(OPERATE)
                .lines()
                .filter(line -> line.startsWith("| `Enim"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(rows).isEqualTo(alerts().stream().map(Alert::name).collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Each expression in the dashboard, with the title of its panel. */
    private static Map<String, String> dashboardQueries() throws IOException {
        Map<String, Object> dashboard = JSON.std.mapFrom(Files.readString(FILES.resolve("dashboard.json")));
        Map<String, String> queries = new HashMap<>();
        collect(dashboard, "dashboard", queries);
        return queries;
    }

    private static void collect(Object node, String title, Map<String, String> queries) {
        if (node instanceof Map<?, ?> map) {
            String here = map.get("title") instanceof String own ? own : title;
            if (map.get("expr") instanceof String query) {
                queries.put(query, here);
            }
            map.values().forEach(child -> collect(child, here, queries));
        } else if (node instanceof List<?> list) {
            list.forEach(child -> collect(child, title, queries));
        }
    }

    @Test
    void eachPanelAsksForWhatTheAgentExports() throws IOException {
        Map<String, String> queries = dashboardQueries();
        assertThat(queries).hasSizeGreaterThan(15);
        queries.keySet().forEach(query -> new PromQuery(query).assertIsOf(exported));
    }

    @Test
    void eachPanelHasATitleAndSaysWhatItIsFor() throws IOException {
        Map<String, Object> dashboard = JSON.std.mapFrom(Files.readString(FILES.resolve("dashboard.json")));
        Set<Object> ids = new HashSet<>();
        for (Object panel : (List<?>) dashboard.get("panels")) {
            Map<?, ?> fields = (Map<?, ?>) panel;
            assertThat(ids.add(fields.get("id")))
                    .as("an id of its own: %s", fields.get("title"))
                    .isTrue();
            assertThat((String) fields.get("title")).isNotBlank();
            if (!"row".equals(fields.get("type"))) {
                assertThat((String) fields.get("description"))
                        .as("%s", fields.get("title"))
                        .hasSizeGreaterThan(20);
            }
        }
    }

    /** Every family is looked at by a panel or an alert, or it is exported for nothing. */
    @Test
    void eachMetricIsUsed() throws IOException {
        String queries = String.join("\n", dashboardQueries().keySet())
                + alerts().stream().map(Alert::query).collect(Collectors.joining("\n"));
        Set<String> families = exported.types().keySet().stream()
                .filter(family -> !family.endsWith("_max"))
                .collect(Collectors.toSet());
        assertThat(families).allSatisfy(family -> assertThat(queries).contains(family));
    }

    /** What this class takes for exported is what an agent that works does export, name by name and label by label. */
    @Test
    void whatAWorkingAgentExportsIsWhatIsExpected() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        EniSettings settings = EniSettings.fromMap(Map.of(
                "enim.node", "node",
                "enim.provider", "fake",
                "enim.devices", "memory",
                "enim.pool.min", "2",
                "enim.pool.max", "4",
                "enim.run-dir", directory.resolve("run").toString(),
                "enim.state-dir", directory.resolve("state").toString()));
        try (EniManager manager =
                Enim.builder(settings).metrics(new MicrometerMetrics(registry)).build()) {
            NodeHealth health = new NodeHealth(manager);
            NodeGauges.register(registry, health, manager, Instant.EPOCH);
            CniMetrics.in(registry).callAnswered("ADD", 0, Duration.ofMillis(1));
            manager.awaitReady(Duration.ofMinutes(1));
            manager.add("shop", "cart");
            manager.del("shop", "cart");
            manager.gc();
        }
        PrometheusText real = PrometheusText.parse(registry.scrape());
        assertThat(exported.types()).containsAllEntriesOf(real.types());
        assertThat(labelsByName(real))
                .isNotEmpty()
                .allSatisfy((name, labels) -> assertThat(labelsByName(exported)).containsEntry(name, labels));
        assertThat(real.types().keySet())
                .contains("enim_operation_seconds", "enim_step_seconds", "enim_cloud_call_seconds", "enim_health");
    }

    private static Map<String, Set<String>> labelsByName(PrometheusText text) {
        return text.samples().stream()
                .collect(
                        Collectors.toMap(Sample::name, sample -> sample.labels().keySet(), (first, next) -> {
                            assertThat(next).isEqualTo(first);
                            return first;
                        }));
    }

    /** That the check is one. */
    @Test
    void aRenamedMetricOrLabelOrValueFails() {
        for (String wrong : List.of(
                "enim_eni",
                "enim_enis{states=\"READY\"}",
                "enim_enis{state=\"FREE\"}",
                "sum by (status) (enim_enis)",
                "enim_operation_seconds_count{outcome!~\"ok|NoSuchException\"}",
                "up == 0")) {
            assertThatThrownBy(() -> new PromQuery(wrong).assertIsOf(exported))
                    .as(wrong)
                    .isInstanceOf(AssertionError.class);
        }
    }
}
