package io.enim.systemtests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The table of the specification names tests that exist, and every test of the specification is in the table. */
class ConformanceTableTest {
    private static final Path TABLE = Path.of("..", "..", "docs", "cni-conformance.md");
    private static final Path END_TO_END = Path.of("..", "e2e", "src", "test", "java", "io", "enim", "examples", "e2e");
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");
    private static final Pattern END_TO_END_TEST =
            Pattern.compile("@(?:ParameterizedTest|Test)\\s(?:(?!\\bvoid\\b)[\\s\\S])*?\\bvoid (\\w+)\\(");
    private static final Map<String, String> PACKAGES = Map.of(
            "PluginScriptTest", "server",
            "AgentServerTest", "server");

    private static Set<String> named() throws IOException {
        return NAMED.matcher(Files.readString(TABLE))
                .results()
                .map(MatchResult::group)
                .map(text -> text.replace("`", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> tests(String simpleName) throws ClassNotFoundException, IOException {
        return simpleName.endsWith("IT") ? endToEnd(simpleName) : here(simpleName);
    }

    /** Of a module that is built only when asked for, so its source has to tell. */
    private static Set<String> endToEnd(String simpleName) throws IOException {
        String source = Files.readString(END_TO_END.resolve(simpleName + ".java"));
        return END_TO_END_TEST
                .matcher(source)
                .results()
                .map(test -> simpleName + "." + test.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> here(String simpleName) throws ClassNotFoundException {
        String inPackage = PACKAGES.getOrDefault(simpleName, "cni");
        Class<?> type = Class.forName("io.enim.examples.agent." + inPackage + "." + simpleName);
        return Arrays.stream(type.getDeclaredMethods())
                .filter(ConformanceTableTest::isTest)
                .map(method -> simpleName + "." + method.getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class);
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
        for (String simpleName :
                List.of("CniDelTest", "CniCheckTest", "CniUpkeepTest", "CniVersionTest", "CniIpamTest")) {
            existing.addAll(tests(simpleName));
        }
        existing.remove("CniUpkeepTest.gcSaysWhenItsListWasTrue");
        for (String simpleName : List.of("LibcniIT", "HostDeviceIT")) {
            existing.addAll(tests(simpleName));
        }
        assertThat(named()).containsAll(existing);
    }
}
