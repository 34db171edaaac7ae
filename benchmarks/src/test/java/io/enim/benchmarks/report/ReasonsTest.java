package io.enim.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A target that is missed leads to its reason. */
final class ReasonsTest {
    private static final Path ROOT = Path.of(System.getProperty("enim.root"));
    private static final Pattern TARGET = Pattern.compile("(?:draft\\.target|\\bover)\\(\\s*\"([^\"]*)\"");
    private static final Pattern HEADING = Pattern.compile("(?m)^## (.*)$");

    @Test
    void everyTargetHasASectionThatSaysWhyItIsMissed() throws IOException {
        Path decision = ROOT.resolve("docs").resolve(Draft.REASONS);
        Set<String> anchors = HEADING.matcher(Files.readString(decision))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
        Set<String> reasons = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("benchmarks/src/main/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                TARGET.matcher(Files.readString(file)).results().forEach(target -> reasons.add(target.group(1)));
            }
        }

        assertThat(reasons).hasSizeGreaterThan(10);
        assertThat(anchors).containsAll(reasons);
    }
}
