package io.enim.examples.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.examples.agent.cli.FittedTable.Cell;
import io.enim.examples.agent.cli.FittedTable.Column;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FittedTableTest {
    private static FittedTable table(String... cells) {
        FittedTable table = new FittedTable(
                new Column("NAME", 1, 8),
                new Column("STATE", 1, 0),
                new Column("SINCE", 3, 0),
                new Column("EXTRA", 5, 0));
        table.row(Arrays.stream(cells).map(Cell::of).toArray(Cell[]::new));
        return table;
    }

    private static List<String> fitted(int width, String... cells) {
        return table(cells).lines(width, 0, 10).stream()
                .map(line -> line.render(width, false))
                .toList();
    }

    @Test
    void allColumnsAreThereWhereTheyFit() {
        assertThat(fitted(80, "a-long-name-of-a-pod", "READY", "2 h", "more"))
                .containsExactly(
                        "NAME                  STATE  SINCE  EXTRA", "a-long-name-of-a-pod  READY  2 h    more");
    }

    @Test
    void extrasLeaveBeforeNamesAreShortenedAndTheseBeforeOthersLeave() {
        assertThat(fitted(35, "a-long-name-of-a-pod", "READY", "2 h", "more").get(1))
                .isEqualTo("a-long-name-of-a-pod  READY  2 h");
        assertThat(fitted(24, "a-long-name-of-a-pod", "READY", "2 h", "more").get(1))
                .isEqualTo("a-lon…-pod  READY  2 h");
        assertThat(fitted(17, "a-long-name-of-a-pod", "READY", "2 h", "more").get(1))
                .isEqualTo("a-lo…pod  READY");
    }

    @Test
    void aColumnWithoutAnyTextIsLeftOut() {
        assertThat(fitted(80, "a", "READY", "", null).get(0)).isEqualTo("NAME  STATE");
    }

    @Test
    void theMiddleOfANameIsLeftOut() {
        assertThat(FittedTable.shortened("cart-7d9f8b6c4-x2x9z", 11)).isEqualTo("cart-…x2x9z");
    }
}
