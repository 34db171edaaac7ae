package io.enim.systemtests.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A page with a table whose rows have a number and, in the last cell, the tests of that number. */
final class NumberedPage {
    static final String NOT_YET = "not yet held by a test";

    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([AFP]\\d+) \\| (.+?) \\| (.+) \\|$");
    private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Pattern PREFIX = Pattern.compile("#((?:[a-z]\\d+_)+)");

    private final Path file;
    private final String text;
    private final TreeMap<String, String> rows = new TreeMap<>();

    private NumberedPage(Path file, String text) {
        this.file = file;
        this.text = text;
        Matcher row = ROW.matcher(text);
        while (row.find()) {
            if (rows.put(row.group(1), row.group(3)) != null) {
                throw new IllegalStateException(file + " has a second row " + row.group(1));
            }
        }
    }

    static NumberedPage read(String page) throws IOException {
        Path file = TestSources.PROJECT.resolve(page);
        return new NumberedPage(file, Files.readString(file));
    }

    Set<String> numbers() {
        return rows.keySet();
    }

    String cell(String number) {
        return rows.getOrDefault(number, "");
    }

    /** The tests that a row names, as {@code Class#method}; those near it are not of it. */
    Set<String> named(String number) {
        return cell(number).startsWith(NOT_YET) ? Set.of() : testsIn(cell(number));
    }

    Set<String> named() {
        return rows.values().stream()
                .flatMap(cell -> testsIn(cell).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Of these tests, those that carry the number in their name. */
    static Set<String> carrying(String number, Set<String> tests) {
        String wanted = number.toLowerCase(Locale.ROOT) + "_";
        return tests.stream()
                .filter(test -> {
                    Matcher prefix = PREFIX.matcher(test);
                    return prefix.find() && ("_" + prefix.group(1)).contains("_" + wanted);
                })
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Writes the page with the tests that exist now: those that carry the number, and those that were named besides. */
    void rewrite(Set<String> existing) throws IOException {
        Matcher row = ROW.matcher(text);
        Files.writeString(file, row.replaceAll(found -> {
            Set<String> tests = carrying(found.group(1), existing);
            named(found.group(1)).stream().filter(existing::contains).forEach(tests::add);
            String cell = tests.isEmpty()
                    ? found.group(3)
                    : tests.stream().map(test -> "`" + test + "`").collect(Collectors.joining(", "));
            return Matcher.quoteReplacement("| " + found.group(1) + " | " + found.group(2) + " | " + cell + " |");
        }));
    }

    private static Set<String> testsIn(String cell) {
        return NAMED.matcher(cell)
                .results()
                .map(name -> name.group(1) + "#" + name.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
