package io.enim.systemtests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of the specification names tests that exist, and every test of the specification is in the table. */
class ConformanceTableTest {
    private static final Path TABLE = Path.of("..", "..", "docs", "cni-conformance.md");
    private static final Path END_TO_END = Path.of("src", "test", "java", "io", "enim", "systemtests", "e2e");
    private static final Path AGENT = Path.of("..", "agent", "src", "test", "java", "io", "enim", "examples", "agent");
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");
    private static final Pattern TEST =
            Pattern.compile("@(?:ParameterizedTest|Test)\\s(?:(?!\\bvoid\\b)[\\s\\S])*?\\bvoid (\\w+)\\(");
    private static final Map<String, String> PACKAGES = Map.of(
            "PluginScriptTest", "http",
            "AgentServerTest", "http");

    private static Set<String> named() throws IOException {
        return NAMED.matcher(Files.readString(TABLE))
                .results()
                .map(MatchResult::group)
                .map(text -> text.replace("`", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Read from the source: the agent's test classes are not on this module's class path. */
    private static Set<String> tests(String simpleName) throws IOException {
        String source = Files.readString(directory(simpleName).resolve(simpleName + ".java"));
        return TEST.matcher(source)
                .results()
                .map(test -> simpleName + "." + test.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Path directory(String simpleName) {
        return simpleName.endsWith("IT") ? END_TO_END : AGENT.resolve(PACKAGES.getOrDefault(simpleName, "cni"));
    }

    @Test
    void everyTestThatTheTableNamesExists() throws Exception {
        Set<String> named = named();
        assertThat(named).hasSizeGreaterThan(50);
        Set<String> existing = new TreeSet<>();
        for (String simpleName :
                named.stream().map(name -> name.split("\\.", 2)[0]).collect(Collectors.toSet())) {
            existing.addAll(tests(simpleName));
        }
        assertThat(existing).containsAll(named);
    }

    @Test
    void everyTestOfTheSpecificationIsInTheTable() throws Exception {
        Set<String> existing = new TreeSet<>();
        for (String simpleName : List.of("CniDelTest", "CniCheckTest", "CniGcStatusTest", "CniIpamTest")) {
            existing.addAll(tests(simpleName));
        }
        existing.remove("CniGcStatusTest.gcSaysWhenItsListWasTrue");
        for (String simpleName : List.of("LibcniIT", "HostDeviceIT")) {
            existing.addAll(tests(simpleName));
        }
        assertThat(named()).containsAll(existing);
    }
}
