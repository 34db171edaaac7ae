package io.enim.systemtests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/failures.md has every number, names tests that exist, and misses none that carries a number in its name. */
class FailuresPageTest {
    private static final Pattern NUMBERS = Pattern.compile("^((?:[a-z]\\d+_)+)");
    private static final Pattern FAILURE = Pattern.compile("[af]\\d+(?=_)");

    /** The tests of each row, as {@code Class#method}. */
    private static final TreeMap<String, Set<String>> ROWS = new TreeMap<>();

    /** Every test of the project's sources, in the same form. */
    private static final Set<String> EXISTING = new TreeSet<>();

    @BeforeAll
    static void read() throws IOException {
        TestSources.rows("docs/failures.md").forEach((number, cell) -> ROWS.put(number, TestSources.named(cell)));
        EXISTING.addAll(TestSources.all());
        assertThat(EXISTING).hasSizeGreaterThan(700);
    }

    private static Stream<String> numbers(String letter, int last) {
        return IntStream.rangeClosed(1, last).mapToObj(number -> letter + number);
    }

    @Test
    void everyNumberHasARowWithATest() {
        assertThat(ROWS.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(numbers("A", 13), numbers("F", 28)).toList());
        assertThat(ROWS)
                .allSatisfy((number, tests) -> assertThat(tests).as(number).isNotEmpty());
    }

    @Test
    void everyTestThatARowNamesExists() {
        Set<String> missing = new TreeSet<>();
        ROWS.values().forEach(missing::addAll);
        missing.removeAll(EXISTING);
        assertThat(missing).as("named, but there is no such test").isEmpty();
    }

    @Test
    void everyTestThatCarriesANumberIsInItsRow() {
        Set<String> missing = new TreeSet<>();
        for (String test : EXISTING) {
            Matcher prefix = NUMBERS.matcher(test.substring(test.indexOf('#') + 1));
            if (prefix.find()) {
                FAILURE.matcher(prefix.group(1))
                        .results()
                        .map(number -> number.group().toUpperCase(Locale.ROOT))
                        .filter(number -> !ROWS.getOrDefault(number, Set.of()).contains(test))
                        .forEach(number -> missing.add(number + " `" + test + "`"));
            }
        }
        assertThat(missing).as("to be added to these rows of docs/failures.md").isEmpty();
    }
}
