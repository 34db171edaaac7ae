package io.enim.systemtests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The BOM has no parent and is built on release only, so this holds it to the parent's version and modules. */
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

    private static List<String> all(String regex, Path file) throws IOException {
        return Pattern.compile(regex)
                .matcher(Files.readString(file))
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
