package io.enim.systemtests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One word for one thing (docs/glossary.md): the words that were given up for it stand nowhere in the tree. */
class RetiredWordsTest {
    /** Looked for in prose and in identifiers, whose parts are taken apart first. */
    private static final Pattern RETIRED = Pattern.compile(
            "\\b(at home|(comes?|came|brings?|brought|falls?|fell|back) home|home ?(ward|coming|state|links?|names?)s?"
                    + "|somebody|nobody|whoever|whomever|astray|left ?overs?|strays?|shelf|chores?|agenda|foothold"
                    + "|stand ?-?ins?|snares?|vandals?|hygiene|rehears(al|e|es|ed)|meddl(e|es|ing)"
                    + "|complaints?|write off|homecoming|judges?|pool tools|add tools|step probe|link plan)\\b",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern BORDER = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|_");

    /** A JSON field that users read, a user's name, a variable of the environment. */
    private static final Pattern ALLOWED = Pattern.compile("homeName|\"nobody\"|user nobody|HOME\\b");

    @Test
    void noWordThatTheGlossaryReplacedIsUsed() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(TestSources.PROJECT)) {
            for (Path file : files.filter(RetiredWordsTest::isRead).sorted().toList()) {
                int number = 0;
                for (String line : Files.readAllLines(file)) {
                    number++;
                    Matcher word = RETIRED.matcher(BORDER.matcher(line).replaceAll(" "));
                    if (word.find() && !ALLOWED.matcher(line).find()) {
                        found.add(file + ":" + number + ": " + word.group());
                    }
                }
            }
        }
        assertThat(found).as("see docs/glossary.md for the words to use").isEmpty();
    }

    private static boolean isRead(Path file) {
        String path = file.toString();
        String name = file.getFileName().toString();
        boolean isOurs = !path.contains("/target/") && !path.contains("/.git/") && Files.isRegularFile(file);
        boolean isText =
                name.matches(".*\\.(java|md|xml|sh|c|go|properties|conflist)|enim|enim-agent|demo|run|soak|install");
        return isOurs && isText && !name.equals("RetiredWordsTest.java");
    }
}
