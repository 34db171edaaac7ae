package io.enim;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.spi.ReturnReport;
import io.enim.spi.UpperDevices;
import java.util.List;
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

    /** Where such a text leaves ENIM: errors, reports, findings, reasons. */
    @Test
    void p18_whateverTellsOfADeviceOrACloudIsPrintable() {
        String text = "eth\n\u001b[2J\udcff\u202e";
        String shown = PrintableText.of(text);
        DeviceException error = new DeviceException(DeviceException.Kind.KERNEL, text, text, text);
        assertThat(error.getMessage()).contains(shown).isEqualTo(PrintableText.of(error.getMessage()));
        assertThat(error.device()).isEqualTo(shown);
        assertThat(new InvalidRequestException("name", text, text).getMessage()).contains(shown);
        assertThat(new ReturnReport(ReturnReport.Location.HOST, List.of(text), List.of(text), List.of(text)))
                .isEqualTo(
                        new ReturnReport(ReturnReport.Location.HOST, List.of(shown), List.of(shown), List.of(shown)));
        assertThat(new UpperDevices(List.of(text), List.of(text)))
                .isEqualTo(new UpperDevices(List.of(shown), List.of(shown)));
        assertThat(new Health(Health.Status.DEGRADED, List.of(text)).reasons()).containsExactly(shown);
        assertThat(new CheckReport.Difference("name", text, text))
                .hasToString("name: expected " + shown + ", found " + shown);
        assertThat(new GcReport.Finding(GcReport.Kind.DEVICE_DRIFTED, text, text, text, GcReport.Outcome.DONE)
                        .toString())
                .isEqualTo("DEVICE_DRIFTED " + shown + ": " + shown + " [DONE] because " + shown);
    }
}
