package io.enim.systemtests.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The tests of the whole project, read from its sources. */
final class TestSources {
    static final Path PROJECT = Path.of("..", "..");

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
