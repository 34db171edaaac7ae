// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cli;

import io.enim.PrintableText;
import io.enim.examples.agent.cli.StyledLine.Style;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table that fits a width. First the columns that are an extra leave, then those that can be shortened are, in the middle,
 * where names differ least, and then further columns leave, the least important first. Not thread-safe.
 */
final class FittedTable {
    private static final int GAP = 2;
    private static final int EXTRA = 5;

    /**
     * A column.
     *
     * @param rank its importance, from 1; from 5 on it is an extra
     * @param shortest the least width to which its cells are shortened; 0 if they are not
     */
    record Column(String heading, int rank, int shortest) {}

    /** A cell; null text is empty. */
    record Cell(@Nullable String text, Style style) {
        static Cell of(@Nullable String text) {
            return new Cell(text, Style.PLAIN);
        }

        String shown() {
            return text == null ? "" : PrintableText.of(text);
        }
    }

    private final List<Column> columns;
    private final List<List<Cell>> rows = new ArrayList<>();

    FittedTable(Column... columns) {
        this.columns = List.of(columns);
    }

    void row(Cell... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells in a table of " + columns.size() + " columns");
        }
        rows.add(Arrays.asList(cells));
    }

    int size() {
        return rows.size();
    }

    /** The headings, and so many rows from this one on; the columns fit these rows, and their widths all of them. */
    List<StyledLine> lines(int width, int from, int count) {
        List<Integer> shown = new ArrayList<>();
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = widest(i);
            if (widths[i] > 0) {
                shown.add(i);
            }
        }
        while (total(shown, widths) > width && drop(shown, EXTRA)) {}
        shorten(shown, widths, width);
        while (total(shown, widths) > width && drop(shown, 2)) {}
        List<StyledLine> lines = new ArrayList<>();
        StyledLine headings = new StyledLine();
        int column = 0;
        for (int i : shown) {
            headings.padTo(column).add(columns.get(i).heading(), Style.HEADING);
            column += widths[i] + GAP;
        }
        lines.add(headings);
        for (List<Cell> row : rows.subList(Math.min(from, rows.size()), Math.min(from + count, rows.size()))) {
            lines.add(line(row, shown, widths));
        }
        return lines;
    }

    /** Zero for a column without any text. */
    private int widest(int i) {
        int cells =
                rows.stream().mapToInt(row -> row.get(i).shown().length()).max().orElse(0);
        return cells == 0 ? 0 : Math.max(cells, columns.get(i).heading().length());
    }

    private static int total(List<Integer> shown, int[] widths) {
        return shown.stream().mapToInt(i -> widths[i] + GAP).sum() - GAP;
    }

    private boolean drop(List<Integer> shown, int fromRank) {
        Optional<Integer> least = shown.stream()
                .filter(i -> columns.get(i).rank() >= fromRank)
                .max(Comparator.comparingInt(i -> columns.get(i).rank()));
        least.ifPresent(shown::remove);
        return least.isPresent();
    }

    private void shorten(List<Integer> shown, int[] widths, int width) {
        for (int over = total(shown, widths) - width; over > 0; over--) {
            Optional<Integer> longest = shown.stream()
                    .filter(i -> columns.get(i).shortest() > 0
                            && widths[i] > columns.get(i).shortest())
                    .max(Comparator.comparingInt(i -> widths[i]));
            if (longest.isEmpty()) {
                return;
            }
            widths[longest.get()]--;
        }
    }

    private static StyledLine line(List<Cell> row, List<Integer> shown, int[] widths) {
        StyledLine line = new StyledLine();
        int[] starts = IntStream.range(0, shown.size())
                .map(n -> shown.subList(0, n).stream()
                        .mapToInt(i -> widths[i] + GAP)
                        .sum())
                .toArray();
        for (int n = 0; n < starts.length; n++) {
            Cell cell = row.get(shown.get(n));
            line.padTo(starts[n]).add(shortened(cell.shown(), widths[shown.get(n)]), cell.style());
        }
        return line;
    }

    /** The text, or its begin and its end around an ellipsis. */
    static String shortened(String text, int width) {
        if (text.length() <= width) {
            return text;
        }
        int end = (width - 1) / 2;
        return text.substring(0, width - 1 - end) + "…" + text.substring(text.length() - end);
    }
}
