package io.enim.examples.agent.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.examples.agent.testing.PrometheusText;
import io.enim.examples.agent.testing.PrometheusText.Sample;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The metrics, labels and values of labels that an expression of Prometheus names. */
record PromQuery(String text) {
    /** What Prometheus adds to each sample that it scrapes. */
    private static final Set<String> OF_THE_SCRAPE = Set.of("instance", "job");

    private static final Pattern SELECTOR = Pattern.compile("\\b(enim_[a-zA-Z0-9_]*)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(=~|!~|!=|=)\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on|ignoring|without) \\(([^)]*)\\)");

    /** Fails the test with what the agent does not export. */
    void assertIsOf(PrometheusText exported) {
        Set<String> labels = new HashSet<>(OF_THE_SCRAPE);
        Matcher selector = SELECTOR.matcher(text);
        int selectors = 0;
        while (selector.find()) {
            selectors++;
            String name = selector.group(1);
            List<Sample> samples = exported.samples().stream()
                    .filter(sample -> sample.name().equals(name))
                    .toList();
            assertThat(samples).as("%s is exported, as in: %s", name, text).isNotEmpty();
            labels.addAll(samples.get(0).labels().keySet());
            if (selector.group(2) != null) {
                assertAreOf(selector.group(2), samples);
            }
        }
        assertThat(selectors).as("metrics in: %s", text).isPositive();
        assertThat(labels).as("labels of the metrics in: %s", text).containsAll(grouped());
    }

    private Set<String> grouped() {
        return GROUPING.matcher(text)
                .results()
                .flatMap(grouping -> Arrays.stream(grouping.group(1).split(", ")))
                .collect(Collectors.toSet());
    }

    private void assertAreOf(String matchers, List<Sample> samples) {
        String rest = matchers;
        Matcher matcher = MATCHER.matcher(matchers);
        while (matcher.find()) {
            rest = rest.replace(matcher.group(), "");
            String label = matcher.group(1);
            if (OF_THE_SCRAPE.contains(label)) {
                continue;
            }
            Set<String> values =
                    samples.stream().map(sample -> sample.labels().get(label)).collect(Collectors.toSet());
            assertThat(values).as("%s is a label in: %s", label, text).doesNotContainNull();
            boolean isPattern = matcher.group(2).endsWith("~");
            for (String alternative : isPattern ? matcher.group(3).split("\\|") : new String[] {matcher.group(3)}) {
                assertThat(values).as("%s has such a value in: %s", label, text).contains(alternative);
            }
        }
        assertThat(rest.replace(",", "")).as("matchers in: %s", text).isEmpty();
    }
}
