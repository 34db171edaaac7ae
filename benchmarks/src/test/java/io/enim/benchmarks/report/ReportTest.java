package io.enim.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.enim.benchmarks.report.Result.Chart;
import io.enim.benchmarks.report.Result.Table;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

final class ReportTest {
    @TempDir
    private Path directory;

    @Test
    void percentilesAreValuesThatWereMeasured() {
        Sample hundred = Sample.of(
                IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray());

        assertThat(hundred.median()).isEqualTo(50);
        assertThat(hundred.p99()).isEqualTo(99);
        assertThat(hundred.percentile(100)).isEqualTo(100);
        assertThat(hundred.spread(0)).isEqualTo("25 to 75");
        assertThat(Sample.of(7).p99()).isEqualTo(7);
        assertThatThrownBy(Sample::of).hasMessageContaining("no values");
    }

    @Test
    void whatIsWrittenIsWhatIsRead() throws IOException {
        Result result = result(false);

        result.write(directory);

        assertThat(Result.read(directory, "device")).isEqualTo(result);
    }

    @Test
    void thePageHoldsEveryFigureAndEveryChartIsXml() throws Exception {
        Page.write(List.of(result(false)), directory);

        assertThat(Files.readString(directory.resolve("benchmarks.md")))
                .contains(
                        "| device | ADD at most 5 | 4 | yes |",
                        "[no](decisions/0063-what-the-figures-say.md#own-share)",
                        "| ENIM | 16.3 |",
                        "(benchmarks/moves.svg)")
                .doesNotContain("Smoke size");
        String svg = Files.readString(directory.resolve("benchmarks/moves.svg"));
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(svg)))
                        .getElementsByTagName("circle")
                        .getLength())
                .as("a circle for each point")
                .isEqualTo(3);
    }

    @Test
    void everyCellHasAColumn() {
        Table table = new Draft("start", false, directory).table("Start", "ms | p50");

        assertThatThrownBy(() -> table.row("JDK 17 | 1 | 2")).hasMessageContaining("3 cells under 2 columns");
    }

    @Test
    void aPageOfASmokeRunSaysSo() {
        assertThat(Page.render(List.of(result(true)))).contains("Smoke size");
    }

    @Test
    void ticksOfAnAxisSpanItsValues() {
        Axis plain = Axis.over(new double[] {3, 47}, false);
        assertThat(plain.ticks()).startsWith(0.0).hasSizeBetween(4, 8);
        assertThat(plain.at(47)).isBetween(0.8, 1.0);

        Axis log = Axis.over(new double[] {10, 1_000_000}, true);
        assertThat(log.ticks()).hasSize(6);
        assertThat(log.at(1000)).isCloseTo(0.4, within(1e-9));
        assertThatThrownBy(() -> Axis.over(new double[] {0, 1}, true)).hasMessageContaining("logarithmic");
    }

    private Result result(boolean quick) {
        Draft draft = new Draft("device", quick, directory);
        draft.introduce("Device move", "What moves.");
        draft.target("rtnl", "ADD at most 5", "4", true);
        draft.target("own-share", "under 0.5 ms", "0.9", false);
        draft.table("ADD", "what | p50 ms").row("%s | %.1f", "ENIM", 16.3);
        Chart chart = draft.chart("moves", "Moves & < more", "movers", "ms", true, false);
        chart.point("ENIM", 1, 16.3);
        chart.point("C", 1, 16.1);
        chart.point("ENIM", 4, 80.5);
        draft.note("A note.");
        return draft.done();
    }
}
