package io.enim.systemtests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * docs/promises.md and docs/failures.md have every number, name tests that exist, and miss none that carries a number in
 * its name. With {@code -Denim.docs.write} the tests of each row are written anew first.
 */
class NumberedPagesTest {
    private static final Map<String, List<String>> NUMBERS = Map.of(
            "docs/promises.md", numbers("P", 20).toList(),
            "docs/failures.md",
                    Stream.concat(numbers("A", 13), numbers("F", 28)).toList());

    private static Set<String> existing = new TreeSet<>();

    @BeforeAll
    static void read() throws IOException {
        existing = TestSources.all();
        assertThat(existing).hasSizeGreaterThan(700);
        if (System.getProperty("enim.docs.write") != null) {
            for (String page : NUMBERS.keySet()) {
                NumberedPage.read(page).rewrite(existing);
            }
        }
    }

    private static Stream<String> numbers(String letter, int last) {
        return IntStream.rangeClosed(1, last).mapToObj(number -> letter + number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/promises.md", "docs/failures.md"})
    void everyNumberHasItsTests(String name) throws IOException {
        NumberedPage page = NumberedPage.read(name);
        assertThat(page.numbers()).containsExactlyInAnyOrderElementsOf(NUMBERS.get(name));
        assertThat(page.numbers())
                .allSatisfy(number -> assertThat(page.cell(number))
                        .as(number)
                        .satisfiesAnyOf(
                                cell -> assertThat(page.named(number)).isNotEmpty(),
                                cell -> assertThat(cell).startsWith(NumberedPage.NOT_YET)));
        Set<String> unknown = page.named();
        unknown.removeAll(existing);
        assertThat(unknown).as("named by %s, but there is no such test", name).isEmpty();
        Map<String, Set<String>> missing = new TreeMap<>();
        for (String number : page.numbers()) {
            Set<String> tests = NumberedPage.carrying(number, existing);
            tests.removeAll(page.named(number));
            if (!tests.isEmpty()) {
                missing.put(number, tests);
            }
        }
        assertThat(missing)
                .as("to be added to %s; -Denim.docs.write does that", name)
                .isEmpty();
    }
}
