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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/promises.md has every number, names tests that exist, and misses none that carries a number in its name. */
class PromisesPageTest {
    private static final String NOT_YET = "not yet held by a test";
    private static final int LAST = 20;
    private static final Pattern NUMBERS = Pattern.compile("#((?:[a-z]\\d+_)+)");
    private static final Pattern PROMISE = Pattern.compile("p\\d+(?=_)");

    private static TreeMap<String, String> rows = new TreeMap<>();
    private static Set<String> existing = new TreeSet<>();

    @BeforeAll
    static void read() throws IOException {
        rows = TestSources.rows("docs/promises.md");
        existing = TestSources.all();
        assertThat(existing).hasSizeGreaterThan(700);
    }

    @Test
    void everyNumberHasARowWithATestOrSaysThatItHasNone() {
        assertThat(rows.keySet())
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, LAST)
                        .mapToObj(number -> "P" + number)
                        .toList());
        assertThat(rows)
                .allSatisfy((number, cell) -> assertThat(cell)
                        .as(number)
                        .satisfiesAnyOf(
                                tests -> assertThat(TestSources.named(tests)).isNotEmpty(),
                                tests -> assertThat(tests).startsWith(NOT_YET)));
    }

    @Test
    void everyTestThatARowNamesExists() {
        Set<String> missing = new TreeSet<>();
        rows.values().forEach(cell -> missing.addAll(TestSources.named(cell)));
        missing.removeAll(existing);
        assertThat(missing).as("named, but there is no such test").isEmpty();
    }

    @Test
    void everyTestThatCarriesANumberIsInItsRow() {
        Set<String> missing = new TreeSet<>();
        for (String test : existing) {
            Matcher prefix = NUMBERS.matcher(test);
            if (prefix.find()) {
                PROMISE.matcher(prefix.group(1))
                        .results()
                        .map(number -> number.group().toUpperCase(Locale.ROOT))
                        .filter(number -> !holds(rows.getOrDefault(number, ""), test))
                        .forEach(number -> missing.add(number + " `" + test + "`"));
            }
        }
        assertThat(missing).as("to be added to these rows of docs/promises.md").isEmpty();
    }

    private static boolean holds(String cell, String test) {
        return !cell.startsWith(NOT_YET) && TestSources.named(cell).contains(test);
    }
}
