package io.enim.systemtests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of the specification names tests that exist, and every test of the specification is in the table. */
class ConformanceTableTest {
    private static final Path TABLE = TestSources.PROJECT.resolve("docs/cni-conformance.md");
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");
    private static final Set<String> OF_THE_SPECIFICATION = Set.of(
            "CniDelTest",
            "CniCheckTest",
            "CniGcStatusTest",
            "CniVersionTest",
            "CniIpamTest",
            "LibcniIT",
            "HostDeviceIT");

    private static Set<String> named() throws IOException {
        return NAMED.matcher(Files.readString(TABLE))
                .results()
                .map(name -> name.group(1) + "#" + name.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyTestThatTheTableNamesExists() throws Exception {
        assertThat(named()).hasSizeGreaterThan(50);
        assertThat(TestSources.all()).containsAll(named());
    }

    @Test
    void everyTestOfTheSpecificationIsInTheTable() throws Exception {
        Set<String> existing = TestSources.all();
        existing.removeIf(test -> !OF_THE_SPECIFICATION.contains(test.replaceFirst("#.*", "")));
        existing.remove("CniGcStatusTest#gcLeavesWhatWasAddedAfterItsList");
        assertThat(named()).containsAll(existing);
    }
}
