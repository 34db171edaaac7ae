package io.enim.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingAgentTest {
    private static final Path README = Path.of("..", "..", "README.md");
    private static final Path SOURCE =
            Path.of("src", "main", "java", "io", "enim", "examples", "embedding", "EmbeddingAgent.java");

    @TempDir
    Path directory;

    @Test
    void itGivesAnEndpointAnEniAndTakesItBack() {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            EmbeddingAgent.main(new String[] {directory.toString()});
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("shop/cart/container-1/eth0 has 10.80.0.")
                .contains("held now: []");
    }

    @Test
    void theReadmeShowsWhatItDoes() throws IOException {
        assumeTrue(Files.exists(README), "left out: there is no README.md beside this build");
        String source = Files.readString(SOURCE);
        String body = source.substring(source.indexOf("        EniSettings settings"), source.lastIndexOf("    }"));
        assertThat(Files.readString(README)).contains(body.stripTrailing().stripIndent());
    }
}
