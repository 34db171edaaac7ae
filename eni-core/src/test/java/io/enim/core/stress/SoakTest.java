package io.enim.core.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class SoakTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);

    @Test
    void aSoakEndsWithCountsAndZero() {
        assertThat(Soak.soak(List.of("0.02", "memory", "elastic", "1", "sound"), out))
                .isZero();
        assertThat(shown.toString(StandardCharsets.UTF_8)).containsPattern("operations \\d+ in .*conflicts 0, leaks 0");
    }

    @Test
    void aBrokenPromiseIsShownAndEndsItWithOne() {
        assertThat(Soak.soak(List.of("5", "memory", "fixed", "1", "flawed"), out))
                .isEqualTo(1);
        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("VIOLATION P4: ");
    }
}
