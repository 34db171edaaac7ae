// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.grpc;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** How many bytes of messages the peer takes: on the connection, and on each stream (RFC 9113, 5.2). Safe for concurrent use. */
final class SendWindows {
    private static final int DEFAULT = 65_535;

    private final Map<Integer, Long> streams = new HashMap<>();
    private long connection = DEFAULT;
    private long initial = DEFAULT;

    synchronized void open(int stream) {
        streams.put(stream, initial);
    }

    /** A call that waits for the stream's window fails. */
    synchronized void close(int stream) {
        streams.remove(stream);
        notifyAll();
    }

    /** The peer takes more; stream 0 is the connection. */
    synchronized void grant(int stream, int bytes) {
        if (stream == 0) {
            connection += bytes;
        } else {
            streams.computeIfPresent(stream, (id, window) -> window + bytes);
        }
        notifyAll();
    }

    /** The peer has another initial size; windows of open streams change by the difference, and may become negative. */
    synchronized void setInitial(int size) {
        long difference = size - initial;
        initial = size;
        streams.replaceAll((id, window) -> window + difference);
        notifyAll();
    }

    /**
     * Uses up as many bytes as the peer takes, at most so many. Waits until it takes any.
     *
     * @throws IOException the stream is closed, or the peer takes none for so long
     */
    synchronized int take(int stream, int wanted, Duration patience) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Long window = streams.get(stream);
            if (window == null) {
                throw new IOException("the caller is gone");
            }
            int taken = (int) Math.min(wanted, Math.min(connection, window));
            if (taken > 0) {
                connection -= taken;
                streams.put(stream, window - taken);
                return taken;
            }
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new IOException("the caller has read nothing for " + patience.toSeconds() + " s");
            }
            wait(millis);
        }
    }
}
