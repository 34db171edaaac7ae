// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cli;

import io.enim.PrintableText;
import java.util.ArrayList;
import java.util.List;

/** A line of a picture: pieces of text, each with a style that a terminal may show. Not thread-safe. */
final class StyledLine {
    /** How a terminal shows a piece; what it means is always said by the text as well. */
    enum Style {
        PLAIN(""),
        STRONG("1"),
        FAINT("2"),
        GOOD("32"),
        BUSY("36"),
        WARNING("33"),
        BAD("1;31"),
        HEADING("1;4");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }

    private record Piece(String text, Style style) {}

    private final List<Piece> pieces = new ArrayList<>();
    private int length;

    static StyledLine of(String text) {
        return new StyledLine().add(text);
    }

    static StyledLine of(String text, Style style) {
        return new StyledLine().add(text, style);
    }

    StyledLine add(String text) {
        return add(text, Style.PLAIN);
    }

    /** Adds a piece; what a terminal would act on is written out. */
    StyledLine add(String text, Style style) {
        String shown = PrintableText.of(text);
        Piece last = pieces.isEmpty() ? null : pieces.get(pieces.size() - 1);
        if (last != null && last.style() == style) {
            pieces.set(pieces.size() - 1, new Piece(last.text() + shown, style));
        } else {
            pieces.add(new Piece(shown, style));
        }
        length += shown.length();
        return this;
    }

    StyledLine addAll(StyledLine other) {
        pieces.addAll(other.pieces);
        length += other.length;
        return this;
    }

    /** Blanks up to this column; nothing if the line is longer. */
    StyledLine padTo(int column) {
        return add(" ".repeat(Math.max(0, column - length)));
    }

    int length() {
        return length;
    }

    /** No longer than this; an ellipsis stands for the rest. Without colours, without trailing blanks. */
    String render(int width, boolean colours) {
        StringBuilder line = new StringBuilder();
        int left = length <= width ? width : width - 1;
        for (Piece piece : pieces) {
            String text = piece.text().substring(0, Math.min(left, piece.text().length()));
            left -= text.length();
            boolean isStyled = colours && piece.style() != Style.PLAIN && !text.isEmpty();
            line.append(isStyled ? "\u001b[" + piece.style().code + "m" : "")
                    .append(text)
                    .append(isStyled ? "\u001b[0m" : "");
        }
        if (length > width) {
            line.append('…');
        }
        return colours ? line.toString() : line.toString().stripTrailing();
    }

    @Override
    public String toString() {
        return render(Integer.MAX_VALUE, false);
    }
}
