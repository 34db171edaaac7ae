// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cli;

import io.enim.Health;
import io.enim.OperationStatus;
import io.enim.examples.agent.api.AddressView;
import io.enim.examples.agent.api.AssignmentView;
import io.enim.examples.agent.api.CloudView;
import io.enim.examples.agent.api.EndpointView;
import io.enim.examples.agent.api.EniView;
import io.enim.examples.agent.api.NodeView;
import io.enim.examples.agent.api.OperationView;
import io.enim.examples.agent.cli.FittedTable.Cell;
import io.enim.examples.agent.cli.FittedTable.Column;
import io.enim.examples.agent.cli.StyledLine.Style;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A node as lines of text: health with its reasons, one letter for each ENI, the calls to the cloud, the ENIs that need attention
 * before the others, and the operations under way. Immutable.
 *
 * @param width no line is longer
 * @param height the lines that there may be; what does not fit is counted, and ENIs are turned by pages
 */
record NodePicture(NodeView node, int width, int height) {
    /** All that there is. */
    static final int UNLIMITED = Integer.MAX_VALUE / 2;

    private static final int SLOTS_IN_A_GROUP = 8;
    private static final int LEAST_ROWS = 3;
    private static final int LONGEST_HEADING = 120;
    private static final String INDENT = "  ";
    /** The column in which the values of the summary begin. */
    private static final int LABEL = 8;

    private static final Comparator<EniView> BY_NUMBER =
            Comparator.comparingInt(EniView::number).thenComparing(EniView::id);

    /** The states, the most urgent first, each with its letter. */
    private enum Shown {
        QUARANTINED('Q', Style.BAD),
        DETACHING('D', Style.WARNING),
        ATTACHING('A', Style.BUSY),
        RECYCLING('C', Style.BUSY),
        IN_USE('U', Style.STRONG),
        READY('R', Style.GOOD);

        private final char letter;
        private final Style style;

        Shown(char letter, Style style) {
            this.letter = letter;
            this.style = style;
        }

        static Shown of(EniView eni) {
            return valueOf(eni.state());
        }

        String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * The lines.
     *
     * @param first the first ENI that is shown of those that are sorted, from 0
     */
    List<StyledLine> lines(int first) {
        List<StyledLine> lines = new ArrayList<>();
        lines.add(heading());
        lines.addAll(reasons());
        lines.addAll(summary());
        lines.addAll(cloud());
        FittedTable operations = operations();
        int operationRows = operationRows(operations.size());
        int eniRows = eniRows(lines.size(), operations.size(), operationRows);
        lines.add(new StyledLine());
        lines.addAll(enis(first, eniRows));
        lines.add(new StyledLine());
        if (operations.size() == 0) {
            lines.add(StyledLine.of("No operation is under way.", Style.FAINT));
            return lines;
        }
        boolean isWhole = operationRows >= operations.size();
        lines.addAll(operations.lines(width, 0, isWhole ? operationRows : operationRows - 1));
        if (!isWhole) {
            lines.add(StyledLine.of(
                    "… and " + (operations.size() - operationRows + 1) + " more; " + waiting()
                            + " ADDs wait for an ENI in all",
                    Style.FAINT));
        }
        return lines;
    }

    /** How many ENIs a page has. */
    int page() {
        FittedTable operations = operations();
        int head = 1 + reasons().size() + summary().size() + cloud().size();
        return eniRows(head, operations.size(), operationRows(operations.size()));
    }

    private int operationRows(int all) {
        return Math.min(all, Math.max(LEAST_ROWS, height / 5));
    }

    /** What remains: three lines are empty or headings, and operations have a heading unless there are none. */
    private int eniRows(int head, int operations, int operationRows) {
        return Math.max(LEAST_ROWS, height - head - 3 - (operations == 0 ? 1 : 1 + operationRows));
    }

    private StyledLine heading() {
        String at = at().truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ');
        StyledLine line = new StyledLine()
                .add(node.node(), Style.STRONG)
                .add(INDENT)
                .add(node.health().status().name(), style(node.health().status()));
        return line.length() + INDENT.length() + at.length() > Math.min(width, LONGEST_HEADING)
                ? line
                : line.padTo(Math.min(width, LONGEST_HEADING) - at.length()).add(at, Style.FAINT);
    }

    private static Style style(Health.Status status) {
        return switch (status) {
            case HEALTHY -> Style.GOOD;
            case DEGRADED -> Style.WARNING;
            case UNAVAILABLE -> Style.BAD;
        };
    }

    private List<StyledLine> reasons() {
        List<String> reasons = new ArrayList<>(node.health().reasons());
        String unknown = node.enisUnknown();
        if (unknown != null) {
            reasons.add(0, "the ENIs are not known: " + unknown);
        }
        int most = height == UNLIMITED ? reasons.size() : Math.max(2, height / 10);
        List<StyledLine> lines = new ArrayList<>();
        for (String reason : reasons.subList(0, Math.min(most, reasons.size()))) {
            lines.add(StyledLine.of(INDENT + "! " + reason));
        }
        if (reasons.size() > most) {
            lines.add(StyledLine.of(
                    INDENT + "… and " + (reasons.size() - most) + " more: enim-agent status", Style.FAINT));
        }
        return lines;
    }

    private List<StyledLine> summary() {
        Map<Shown, Long> counts = node.enis().stream().collect(Collectors.groupingBy(Shown::of, Collectors.counting()));
        List<StyledLine> parts = new ArrayList<>();
        Integer capacity = node.capacity();
        parts.add(StyledLine.of("ENIs    " + node.enis().size() + (capacity == null ? "" : " of at most " + capacity)));
        for (Shown state : Shown.values()) {
            long count = counts.getOrDefault(state, 0L);
            if (count > 0) {
                parts.add(new StyledLine()
                        .add(String.valueOf(state.letter), state.style)
                        .add(" " + count + " " + state.words()));
            }
        }
        List<StyledLine> lines = new ArrayList<>(wrapped(parts));
        lines.addAll(slots());
        return lines;
    }

    /** A letter for each ENI, a point for each that there may be besides; none where that takes more than three lines. */
    private List<StyledLine> slots() {
        int inALine = Math.max(1, (width - LABEL + 1) / (SLOTS_IN_A_GROUP + 1)) * SLOTS_IN_A_GROUP;
        List<EniView> enis = node.enis().stream().sorted(BY_NUMBER).toList();
        Integer capacity = node.capacity();
        int all = Math.max(enis.size(), capacity == null ? 0 : capacity);
        if (all > 3 * inALine) {
            return List.of();
        }
        List<StyledLine> lines = new ArrayList<>();
        for (int i = 0; i < all; i++) {
            if (i % inALine == 0) {
                lines.add(new StyledLine().padTo(LABEL));
            } else if (i % SLOTS_IN_A_GROUP == 0) {
                lines.get(lines.size() - 1).add(" ");
            }
            Shown state = i < enis.size() ? Shown.of(enis.get(i)) : null;
            lines.get(lines.size() - 1)
                    .add(state == null ? "." : String.valueOf(state.letter), state == null ? Style.FAINT : state.style);
        }
        return lines;
    }

    private List<StyledLine> cloud() {
        List<StyledLine> lines = new ArrayList<>();
        for (CloudView cloud : node.clouds()) {
            List<StyledLine> calls = new ArrayList<>();
            for (CloudView.Ended kind : cloud.ended()) {
                StyledLine call =
                        StyledLine.of((calls.isEmpty() ? "Calls   " : "") + kind.call() + " " + kind.succeeded());
                if (kind.failed() > 0) {
                    call.add(", " + kind.failed() + " failed (" + kind.latestFailure() + ")", Style.WARNING);
                }
                calls.add(call);
            }
            lines.addAll(wrapped(calls));
            List<StyledLine> budgets = new ArrayList<>();
            for (CloudView.Budget budget : cloud.budgets()) {
                budgets.add(new StyledLine()
                        .add(budgets.isEmpty() ? "Budget  " : "")
                        .add(
                                budget.name() + " " + (long) budget.left() + "/" + (long) budget.most(),
                                budget.left() < 1 ? Style.WARNING : Style.PLAIN)
                        .add(" +" + rate(budget.perSecond()), Style.FAINT));
            }
            lines.addAll(wrapped(budgets));
        }
        return lines;
    }

    private static String rate(double perSecond) {
        return perSecond >= 1 || perSecond <= 0
                ? String.format(Locale.ROOT, "%.0f/s", perSecond)
                : String.format(Locale.ROOT, "%.0f/min", perSecond * 60);
    }

    /** Parts beside each other, in as many lines as they need. */
    private List<StyledLine> wrapped(List<StyledLine> parts) {
        List<StyledLine> lines = new ArrayList<>();
        for (StyledLine part : parts) {
            StyledLine last = lines.isEmpty() ? null : lines.get(lines.size() - 1);
            if (last == null || last.length() + INDENT.length() + part.length() > width) {
                lines.add(
                        last == null
                                ? new StyledLine().addAll(part)
                                : new StyledLine().padTo(LABEL).addAll(part));
            } else {
                last.add(INDENT).addAll(part);
            }
        }
        return lines;
    }

    private List<StyledLine> enis(int first, int rows) {
        if (node.enis().isEmpty()) {
            return List.of(StyledLine.of("This node has no ENI.", Style.FAINT));
        }
        Map<String, AssignmentView> assignments = node.assignments().stream()
                .collect(Collectors.toMap(AssignmentView::eni, Function.identity(), (one, other) -> one));
        FittedTable table = new FittedTable(
                new Column("ENI", 1, 12),
                new Column("STATE", 1, 0),
                new Column("HOLDER", 1, 16),
                new Column("ADDRESS", 2, 0),
                new Column("DEVICE", 4, 0),
                new Column("SINCE", 3, 0),
                new Column("NETNS", 6, 0),
                new Column("IPV6", 7, 0),
                new Column("REASON", 8, 16));
        node.enis().stream()
                .sorted(Comparator.comparing(Shown::of).thenComparing(BY_NUMBER))
                .forEach(eni -> table.row(cells(eni, assignments.get(eni.id()))));
        return table.lines(width, first, rows);
    }

    private Cell[] cells(EniView eni, @Nullable AssignmentView held) {
        AddressView first = eni.ipv4() == null ? eni.ipv6() : eni.ipv4();
        String netns = held == null ? null : held.netns();
        return new Cell[] {
            Cell.of(eni.id()),
            new Cell(eni.state(), Shown.of(eni).style),
            Cell.of(EndpointView.label(eni.holder())),
            Cell.of(bare(first)),
            Cell.of(held == null ? null : held.homeName()),
            Cell.of(
                    held == null
                            ? null
                            : age(Duration.between(Instant.parse(held.since()), at())
                                    .toMillis())),
            Cell.of(netns == null ? null : netns.substring(netns.lastIndexOf('/') + 1)),
            Cell.of(eni.ipv4() == null ? null : bare(eni.ipv6())),
            new Cell(eni.reason(), Style.WARNING)
        };
    }

    private static @Nullable String bare(@Nullable AddressView address) {
        return address == null ? null : address.address().replaceFirst("/.*", "");
    }

    private FittedTable operations() {
        FittedTable table = new FittedTable(
                new Column("OPERATION", 1, 0),
                new Column("ON", 1, 16),
                new Column("STEP", 1, 0),
                new Column("FOR", 1, 0),
                new Column("IN ALL", 3, 0));
        for (CloudView cloud : node.clouds()) {
            cloud.underWay()
                    .forEach(call -> table.row(
                            new Cell("cloud call", Style.BUSY),
                            Cell.of(call.subject() == null ? "-" : call.subject()),
                            Cell.of(call.call()),
                            Cell.of(age(call.millis())),
                            Cell.of(null)));
        }
        for (OperationView operation : node.operations()) {
            table.row(
                    new Cell(operation.operation(), Style.STRONG),
                    Cell.of(EndpointView.label(operation.endpoint())),
                    Cell.of(step(operation)),
                    Cell.of(age(operation.stepMillis())),
                    Cell.of(age(operation.millis())));
        }
        return table;
    }

    private long waiting() {
        return node.operations().stream()
                .filter(operation -> operation.step().equals(OperationStatus.WAITS))
                .count();
    }

    private static String step(OperationView operation) {
        return switch (operation.step()) {
            case OperationStatus.WAITS ->
                operation.position() == null ? "waits for an ENI" : "waits for an ENI, place " + operation.position();
            case OperationStatus.QUEUED -> "has not begun";
            case "" -> "between steps";
            default -> operation.step();
        };
    }

    private Instant at() {
        return Instant.parse(node.at());
    }

    /** A time in a unit of which there are few, and mostly two at least. */
    static String age(long millis) {
        if (millis < 1000) {
            return Math.max(0, millis) + " ms";
        }
        long seconds = millis / 1000;
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 7200) {
            return seconds / 60 + " min";
        }
        return seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
    }
}
