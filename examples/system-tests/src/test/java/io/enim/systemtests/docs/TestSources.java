package io.enim.systemtests.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tests of the whole project, read from its sources, and the tests that a page's rows name. */
final class TestSources {
    static final Path PROJECT = Path.of("..", "..");

    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([AFP]\\d+) \\| .+? \\| (.+) \\|$");
    private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Pattern ANNOTATION =
            Pattern.compile("^\\s+@(Test|ParameterizedTest|Property|RepeatedTest)\\b.*");
    private static final Pattern METHOD = Pattern.compile("^\\s+(?:public )?void (\\w+)\\(.*");

    private TestSources() {}

    /** Every test, as {@code Class#method}. */
    static Set<String> all() throws IOException {
        Set<String> tests = new TreeSet<>();
        try (Stream<Path> files = Files.walk(PROJECT)) {
            for (Path file : files.filter(TestSources::isTestSource).toList()) {
                String type = file.getFileName().toString().replace(".java", "");
                addTests(type, Files.readAllLines(file), tests);
            }
        }
        return tests;
    }

    /** The last cell of each numbered row of a page. */
    static TreeMap<String, String> rows(String page) throws IOException {
        TreeMap<String, String> rows = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(PROJECT.resolve(page)));
        while (row.find()) {
            if (rows.put(row.group(1), row.group(2)) != null) {
                throw new IllegalStateException(page + " has a second row " + row.group(1));
            }
        }
        return rows;
    }

    /** The tests that a cell names, as {@code Class#method}. */
    static Set<String> named(String cell) {
        return NAMED.matcher(cell)
                .results()
                .map(name -> name.group(1) + "#" + name.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void addTests(String type, List<String> lines, Set<String> tests) {
        boolean isTest = false;
        for (String line : lines) {
            isTest |= ANNOTATION.matcher(line).matches();
            Matcher method = METHOD.matcher(line);
            if (isTest && method.matches()) {
                tests.add(type + "#" + method.group(1));
                isTest = false;
            }
        }
    }

    private static boolean isTestSource(Path file) {
        return file.toString().endsWith(".java") && file.toString().contains("/src/test/java/");
    }
}
