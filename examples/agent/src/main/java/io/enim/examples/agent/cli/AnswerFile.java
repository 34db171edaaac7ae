// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Takes an answer apart while it comes: the head is kept, the body of a good one goes on. Not thread-safe. */
final class AnswerFile extends OutputStream {
    private static final int MOST_KEPT = 64 << 10;
    private static final String GOOD = "HTTP/1.1 200 ";
    private static final String END = "\r\n\r\n";

    private final OutputStream file;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    /** How much of the blank line that ends a head the last octets are. */
    private int ended;

    private boolean isBody;
    private long written;

    AnswerFile(OutputStream file) {
        this.file = file;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int next = offset;
        while (!isBody && next < offset + length) {
            keep(bytes[next++]);
        }
        int rest = offset + length - next;
        file.write(bytes, next, rest);
        written += rest;
    }

    private void keep(byte octet) throws IOException {
        if (kept.size() == MOST_KEPT) {
            throw new IOException("the answer's head is longer than " + MOST_KEPT + " bytes");
        }
        kept.write(octet);
        if (ended < END.length()) {
            ended = octet == END.charAt(ended) ? ended + 1 : octet == END.charAt(0) ? 1 : 0;
            isBody = ended == END.length() && kept.toString(ISO_8859_1).startsWith(GOOD);
        }
    }

    /** The head of a good answer, or the whole of another one. */
    byte[] kept() {
        return kept.toByteArray();
    }

    /** How much of a good answer's body has come. */
    long written() {
        return written;
    }
}
