// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.grpc;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The answer to a call: any number of messages, then its end. One thread at a time may use it. */
public final class GrpcReply {
    private final Http2Connection connection;
    private final int stream;
    private final AtomicBoolean ended = new AtomicBoolean();
    private boolean begun;

    GrpcReply(Http2Connection connection, int stream) {
        this.connection = connection;
        this.stream = stream;
    }

    /**
     * Sends a message. Blocks until it is written, for ten seconds at most.
     *
     * @throws IOException the caller is gone, or does not read; the reply has ended
     */
    public void send(byte[] message) throws IOException {
        if (hasEnded()) {
            throw new IOException("the caller is gone");
        }
        try {
            begin();
            connection.data(stream, GrpcFrame.of(message));
        } catch (IOException e) {
            abandon();
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abandon();
            throw new IOException("interrupted while the caller was to read", e);
        }
    }

    private void begin() throws IOException {
        if (!begun) {
            begun = true;
            connection.headers(stream, ReplyHeaders.first(), Http2Connection.MORE_FOLLOWS);
        }
    }

    /**
     * Ends a call that succeeded.
     *
     * @throws IOException the caller is gone
     */
    public void end() throws IOException {
        end(GrpcStatus.OK, "");
    }

    /** @param message empty for none */
    void end(GrpcStatus status, String message) throws IOException {
        if (hasEnded()) {
            return;
        }
        begin();
        connection.headers(stream, ReplyHeaders.trailers(status, message), Http2Connection.END_STREAM);
        abandon();
    }

    /** Nothing more is sent. */
    void abandon() {
        if (ended.compareAndSet(false, true)) {
            connection.forget(stream);
        }
    }

    /** Whether nothing more can be sent: it was ended, or the caller is gone. */
    public boolean hasEnded() {
        return ended.get();
    }
}
