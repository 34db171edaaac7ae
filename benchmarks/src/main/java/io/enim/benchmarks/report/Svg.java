// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.report;

import io.enim.benchmarks.report.Result.Chart;
import io.enim.benchmarks.report.Result.Line;
import io.enim.benchmarks.report.Result.Point;
import java.util.List;
import java.util.Locale;

/** Draws a chart as one self-contained SVG file, readable on light and dark pages. */
final class Svg {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int LEFT = 78;
    private static final int RIGHT = 210;
    private static final int TOP = 44;
    private static final int BOTTOM = 54;
    /** Distinguishable also with colour blindness (Okabe and Ito), and by the shape of the line. */
    private static final List<String> COLOURS =
            List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#777777", "#B8A800", "#8B4513");

    private static final List<String> DASHES = List.of("", "7 3", "2 3", "9 3 2 3");

    private final Chart chart;
    private final Axis across;
    private final Axis up;
    private final StringBuilder svg = new StringBuilder();

    private Svg(Chart chart) {
        this.chart = chart;
        this.across = Axis.over(values(chart, true), chart.logAcross());
        this.up = Axis.over(values(chart, false), chart.logUp());
    }

    static String draw(Chart chart) {
        return new Svg(chart).draw();
    }

    private static double[] values(Chart chart, boolean x) {
        return chart.lines().stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(point -> x ? point.x() : point.y())
                .toArray();
    }

    private String draw() {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">",
                WIDTH, HEIGHT);
        add("<title>%s</title>", escape(chart.title()));
        add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, HEIGHT);
        add("<text x=\"%d\" y=\"24\" font-size=\"15\" font-weight=\"bold\">%s</text>", LEFT, escape(chart.title()));
        axes();
        for (int i = 0; i < chart.lines().size(); i++) {
            line(chart.lines().get(i), i);
        }
        add("</svg>");
        return svg.toString();
    }

    private void axes() {
        int right = WIDTH - RIGHT;
        int bottom = HEIGHT - BOTTOM;
        for (double tick : across.ticks()) {
            double x = x(tick);
            add("<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#dddddd\"/>", x, TOP, x, bottom);
            add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", x, bottom + 17, label(tick));
        }
        for (double tick : up.ticks()) {
            double y = y(tick);
            add("<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>", LEFT, y, right, y);
            add("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 6, y + 4, label(tick));
        }
        add(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#333333\"/>",
                LEFT, TOP, right - LEFT, bottom - TOP);
        add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                (LEFT + right) / 2, HEIGHT - 12, escape(chart.across()));
        add(
                "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
                (TOP + bottom) / 2, escape(chart.up()));
    }

    private void line(Line line, int index) {
        String colour = COLOURS.get(index % COLOURS.size());
        String dash = DASHES.get(index % DASHES.size());
        StringBuilder points = new StringBuilder();
        for (Point point : line.points()) {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point.x()), y(point.y())));
        }
        add(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" stroke-dasharray=\"%s\"/>",
                points.toString().trim(), colour, index == 0 ? "3" : "1.8", dash);
        for (Point point : line.points()) {
            add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x(point.x()), y(point.y()), colour);
        }
        int row = TOP + 12 + index * 20;
        int from = WIDTH - RIGHT + 12;
        add(
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\" stroke-dasharray=\"%s\"/>",
                from, row - 4, from + 24, row - 4, colour, dash);
        add("<text x=\"%d\" y=\"%d\">%s</text>", from + 30, row, escape(line.name()));
    }

    private double x(double value) {
        return LEFT + across.at(value) * (WIDTH - RIGHT - LEFT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - up.at(value) * (HEIGHT - BOTTOM - TOP);
    }

    private static String label(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%s", (float) value);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
