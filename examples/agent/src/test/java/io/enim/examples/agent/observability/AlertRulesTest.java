package io.enim.examples.agent.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The alert rules as Prometheus reads them, by its own tool from Debian's package {@code prometheus}. */
class AlertRulesTest {
    private static final Path RULES = Path.of("package/observability/alerts.yaml");
    private static final Path CASES = Path.of("src/test/observability/alerts-test.yaml");

    /** What {@code src/test/observability/install} unpacks, or what is on the path. */
    private static Optional<Path> promtool() {
        return Stream.concat(
                        Stream.of("target/promtool"),
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)))
                .map(directory -> Path.of(directory, "promtool").toAbsolutePath())
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void succeeds(String... arguments) throws IOException, InterruptedException {
        Optional<Path> promtool = promtool();
        if (promtool.isEmpty()) {
            System.out.println("left out: promtool is not there; src/test/observability/install fetches it");
        }
        assumeThat(promtool).as("promtool is there").isPresent();
        List<String> command = Stream.concat(Stream.of(promtool.get().toString()), Stream.of(arguments))
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
    }

    @Test
    void prometheusTakesTheRules() throws Exception {
        succeeds("check", "rules", RULES.toString());
    }

    @Test
    void eachAlertFiresAtWhatItIsForAndNoneAtANodeThatWorks() throws Exception {
        String cases = Files.readString(CASES);
        assertThat(Files.readString(RULES)
                        .lines()
                        .filter(line -> line.contains("- alert: "))
                        .map(line -> line.substring(line.indexOf(": ") + 2)))
                .isNotEmpty()
                .allSatisfy(alert -> assertThat(cases).contains("name: " + alert + "\n"));
        succeeds("test", "rules", CASES.toString());
    }
}
