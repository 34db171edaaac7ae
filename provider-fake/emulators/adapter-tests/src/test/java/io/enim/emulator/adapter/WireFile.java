package io.enim.emulator.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A call as its vendor publishes it, beside the same call as it is sent: a file for each in the folder {@code wire} of an
 * adapter's test resources. The first part is copied from the vendor's page by hand, with the names of the parameters that the
 * page documents and its example lacks, and of those that only the vendor's SDK sends; with {@code -Denim.docs.write=true} the test writes the second one.
 */
public record WireFile(String call, Function<String, Set<String>> names) {
    private static final Path FOLDER = Path.of("src/test/resources/wire");
    private static final Pattern BESIDES = Pattern.compile("(?m)^(?:documented besides|of the vendor's SDK): (.*)$");
    private static final String SENT = "\nsent:\n";

    /** The calls that have a file. */
    public static Set<String> calls() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString().replace(".txt", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** What was sent is what the file says, and nothing in it that the vendor does not document. */
    public void assertSent(List<String> requests) throws IOException {
        Path file = FOLDER.resolve(call + ".txt");
        String text = Files.readString(file);
        int end = text.indexOf(SENT);
        assertThat(end).as("%s has a line 'sent:'", file).isPositive();
        String sent =
                requests.stream().map(request -> request.strip().indent(4)).collect(Collectors.joining("\n"));
        if (Boolean.getBoolean("enim.docs.write")) {
            Files.writeString(file, text.substring(0, end) + SENT + sent);
        } else {
            assertThat(text.substring(end + SENT.length()))
                    .as("%s, as sent", file)
                    .isEqualTo(sent);
        }
        String published = text.substring(0, end);
        Set<String> documented = new TreeSet<>(names.apply(published));
        Matcher besides = BESIDES.matcher(published);
        while (besides.find()) {
            documented.addAll(List.of(besides.group(1).split(", ")));
        }
        assertThat(documented).as("what %s documents, of what is sent", file).containsAll(names.apply(sent));
    }
}
