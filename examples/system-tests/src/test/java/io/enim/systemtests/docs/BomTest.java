package io.enim.systemtests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The BOM has no parent, so this holds it to the parent's version, modules and plugins. */
final class BomTest {

    private static final Path ROOT = Path.of("..", "..");

    @Test
    void listsEveryPublishedModule() throws IOException {
        List<String> published = all("<module>((?:eni|provider)-[a-z]+)</module>", ROOT.resolve("pom.xml"));

        assertThat(published).isNotEmpty();
        assertThat(all("<artifactId>((?:eni|provider)-[a-z]+)</artifactId>", ROOT.resolve("bom/pom.xml")))
                .containsExactlyInAnyOrderElementsOf(published);
    }

    @Test
    void carriesTheVersionOfTheParent() throws IOException {
        String version = "<artifactId>enim-[a-z]+</artifactId>\\s*<version>([^<]+)</version>";

        assertThat(all(version, ROOT.resolve("bom/pom.xml")))
                .hasSize(1)
                .isEqualTo(all(version, ROOT.resolve("pom.xml")));
    }

    @Test
    void isAModuleOfEveryBuild() throws IOException {
        String parent = Files.readString(ROOT.resolve("pom.xml"));

        assertThat(parent.indexOf("<module>bom</module>")).isBetween(0, parent.indexOf("<profiles>"));
    }

    @Test
    void namesPluginsInTheVersionsOfTheParent() throws IOException {
        String parent = Files.readString(ROOT.resolve("pom.xml"));
        Matcher plugins = Pattern.compile(
                        "<artifactId>(?:maven-)?([a-z]+)(?:-maven)?-plugin</artifactId><version>([^<]+)<")
                .matcher(Files.readString(ROOT.resolve("bom/pom.xml")));

        assertThat(plugins.results())
                .hasSizeGreaterThan(3)
                .allSatisfy(plugin ->
                        assertThat(parent).contains("<" + plugin.group(1) + ".version>" + plugin.group(2) + "</"));
    }

    private static List<String> all(String regex, Path file) throws IOException {
        return Pattern.compile(regex)
                .matcher(Files.readString(file))
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
