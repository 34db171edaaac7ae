package io.enim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTextTest {
    @Test
    void plainTextOfAnyScriptStaysAsItIs() {
        for (String text : new String[] {"", "eth0", "managed by the machine", "réseau 网络 😀", "a\\b \"c\""}) {
            assertThat(PrintableText.of(text)).isSameAs(text);
        }
    }

    @Test
    void p18_whatForgesALineOrReachesATerminalIsWrittenOut() {
        assertThat(PrintableText.of("x\n2026 INFO gc: all is well")).isEqualTo("x\\u000a2026 INFO gc: all is well");
        assertThat(PrintableText.of("\u001b[2J\r\t\u0000\u007f\u009b"))
                .isEqualTo("\\u001b[2J\\u000d\\u0009\\u0000\\u007f\\u009b");
        assertThat(PrintableText.of("a\u202eb\u2028c")).isEqualTo("a\\u202eb\\u2028c");
    }

    @Test
    void p18_aByteThatIsNoTextIsWrittenOut() {
        assertThat(PrintableText.of("n\udcff")).isEqualTo("n\\udcff");
    }
}
