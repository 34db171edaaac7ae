package io.enim.examples.agent.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the text format of Prometheus, version 0.0.4, as strictly as its specification is written: a family has its HELP, its
 * TYPE and then all its samples, no sample comes twice, and names, labels and values are well formed.
 */
public final class PrometheusText {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") (\\S.*)");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram|summary|untyped)");
    private static final Pattern SAMPLE = Pattern.compile("(" + NAME + ")(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("\\G([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\\\\\"n])*)\"(?:,|$)");

    /** One value. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<Sample, Double> samples = new LinkedHashMap<>();

    private PrometheusText() {}

    /** Fails the test with the line that is wrong. */
    public static PrometheusText parse(String text) {
        assertThat(text).as("the last line ends").endsWith("\n");
        PrometheusText parsed = new PrometheusText();
        Set<String> helped = new HashSet<>();
        String family = "";
        for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
            Matcher help = HELP.matcher(line);
            Matcher type = TYPE.matcher(line);
            if (help.matches()) {
                assertThat(helped.add(help.group(1))).as("one HELP: %s", line).isTrue();
                family = help.group(1);
            } else if (type.matches()) {
                assertThat(type.group(1)).as("TYPE after its HELP: %s", line).isEqualTo(family);
                assertThat(parsed.types.put(family, type.group(2)))
                        .as("one TYPE: %s", line)
                        .isNull();
            } else {
                parsed.sample(line, family);
            }
        }
        return parsed;
    }

    private void sample(String line, String family) {
        Matcher matcher = SAMPLE.matcher(line);
        assertThat(matcher.matches()).as("a sample: %s", line).isTrue();
        String name = matcher.group(1);
        assertThat(types).as("a sample has a TYPE: %s", line).containsKey(family);
        String suffixes = switch (types.get(family)) {
            case "summary" -> "(_sum|_count)?";
            case "histogram" -> "(_sum|_count|_bucket)";
            default -> "";
        };
        assertThat(name).as("a sample is of its family: %s", line).matches(Pattern.quote(family) + suffixes);
        Sample sample = new Sample(name, labels(matcher.group(2), line), 0);
        double value = Double.parseDouble(matcher.group(3).replace("Inf", "Infinity"));
        assertThat(samples.put(sample, value))
                .as("a sample comes once: %s", line)
                .isNull();
    }

    private static Map<String, String> labels(String text, String line) {
        Map<String, String> labels = new TreeMap<>();
        if (text == null) {
            return labels;
        }
        Matcher matcher = LABEL.matcher(text);
        int end = 0;
        while (matcher.find()) {
            assertThat(labels.put(matcher.group(1), matcher.group(2)))
                    .as("a label comes once: %s", line)
                    .isNull();
            end = matcher.end();
        }
        assertThat(end).as("labels: %s", line).isEqualTo(text.length());
        return labels;
    }

    /** The type of each family. */
    public Map<String, String> types() {
        return types;
    }

    /** All samples, each with its value. */
    public Set<Sample> samples() {
        Set<Sample> all = new HashSet<>();
        samples.forEach((sample, value) -> all.add(new Sample(sample.name(), sample.labels(), value)));
        return all;
    }
}
