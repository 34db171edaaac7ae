// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.grpc;

import io.enim.PrintableText;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: HTTP/2 (RFC 9113) as far as a server of gRPC needs it. One thread reads ({@link #run}); calls run on
 * others and write. A client that breaks the protocol loses the connection, and with it all its calls.
 */
final class Http2Connection implements Runnable, AutoCloseable {
    static final int MORE_FOLLOWS = 0;
    static final int END_STREAM = 1;

    private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    /** A client that reads nothing for so long hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int MAX_FRAME_BYTES = 16_384;
    private static final int MAX_REQUEST_BYTES = 1 << 20;
    private static final int MAX_CALLS = 16;

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;

    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int PRIORITY = 0x20;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int REFUSED_STREAM = 7;

    private final SocketChannel channel;
    private final GrpcService service;
    private final Executor calls;
    private final SendWindows windows = new SendWindows();
    private final RequestHeaders requestHeaders = new RequestHeaders();
    private final Map<Integer, GrpcReply> replies = new ConcurrentHashMap<>();
    /** Requests whose end is still to come. Confined to the reading thread. */
    private final Map<Integer, Request> requests = new HashMap<>();

    private record Request(String path, ByteArrayOutputStream body) {}

    private record Frame(int type, int flags, int stream, byte[] payload) {
        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        int number(int at) {
            if (payload.length < at + Integer.BYTES) {
                throw new IllegalArgumentException("a frame of type " + type + " is too short");
            }
            return ByteBuffer.wrap(payload).getInt(at) & Integer.MAX_VALUE;
        }

        /** The payload without padding, and without the priority that headers may begin with. */
        byte[] content() {
            boolean isPadded = has(PADDED);
            int from = (isPadded ? 1 : 0) + (type == HEADERS && has(PRIORITY) ? 5 : 0);
            int to = payload.length - (isPadded && payload.length > 0 ? payload[0] & 0xff : 0);
            if (to < from) {
                throw new IllegalArgumentException("a frame of padding alone");
            }
            return Arrays.copyOfRange(payload, from, to);
        }
    }

    Http2Connection(SocketChannel channel, GrpcService service, Executor calls) {
        this.channel = channel;
        this.service = service;
        this.calls = calls;
    }

    @Override
    public void run() {
        try (channel) {
            if (!Arrays.equals(read(PREFACE.length), PREFACE)) {
                throw new IOException("the client does not speak HTTP/2");
            }
            write(SETTINGS, 0, 0, new byte[0]);
            while (true) {
                take(readFrame());
            }
        } catch (EOFException e) {
            LOG.debug("a client closed its connection");
        } catch (IOException | RuntimeException e) {
            LOG.debug("a client's connection is closed", e);
        } finally {
            List.copyOf(replies.values()).forEach(GrpcReply::abandon);
        }
    }

    private Frame readFrame() throws IOException {
        ByteBuffer header = ByteBuffer.wrap(read(9));
        int lengthAndType = header.getInt();
        int length = lengthAndType >>> 8;
        if (length > MAX_FRAME_BYTES) {
            throw new IOException("a frame of " + length + " bytes");
        }
        int flags = header.get() & 0xff;
        int stream = header.getInt() & Integer.MAX_VALUE;
        return new Frame(lengthAndType & 0xff, flags, stream, read(length));
    }

    private byte[] read(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException();
            }
        }
        return bytes.array();
    }

    private void take(Frame frame) throws IOException {
        switch (frame.type()) {
            case HEADERS -> begin(frame);
            case DATA -> more(frame);
            case RST_STREAM -> {
                requests.remove(frame.stream());
                GrpcReply reply = replies.get(frame.stream());
                if (reply != null) {
                    reply.abandon();
                }
            }
            case SETTINGS -> settings(frame);
            case PING -> {
                if (!frame.has(ACK)) {
                    write(PING, ACK, 0, frame.payload());
                }
            }
            case WINDOW_UPDATE -> windows.grant(frame.stream(), frame.number(0));
            case CONTINUATION -> throw new IOException("a continuation of nothing");
            default -> LOG.trace("a frame of type {} is of no use here", frame.type());
        }
    }

    private void settings(Frame frame) throws IOException {
        if (frame.has(ACK)) {
            return;
        }
        for (int at = 0; at + 6 <= frame.payload().length; at += 6) {
            if (ByteBuffer.wrap(frame.payload()).getShort(at) == INITIAL_WINDOW_SIZE) {
                windows.setInitial(frame.number(at + 2));
            }
        }
        write(SETTINGS, ACK, 0, new byte[0]);
    }

    private void begin(Frame frame) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(frame.content());
        for (Frame part = frame; !part.has(END_HEADERS); ) {
            part = readFrame();
            if (part.type() != CONTINUATION || part.stream() != frame.stream() || block.size() > MAX_REQUEST_BYTES) {
                throw new IOException("headers without an end");
            }
            block.writeBytes(part.payload());
        }
        // Also those of a call that is refused: the next ones refer to them.
        String path = requestHeaders.path(block.toByteArray());
        if (replies.size() + requests.size() >= MAX_CALLS) {
            reset(frame.stream());
            return;
        }
        Request request = new Request(path, new ByteArrayOutputStream());
        if (frame.has(END_STREAM)) {
            start(frame.stream(), request);
        } else {
            requests.put(frame.stream(), request);
        }
    }

    private void more(Frame frame) throws IOException {
        int length = frame.payload().length;
        if (length > 0) {
            write(WINDOW_UPDATE, 0, length);
        }
        @Nullable Request request = requests.get(frame.stream());
        if (request == null) {
            return; // It was refused.
        }
        request.body().writeBytes(frame.content());
        if (request.body().size() > MAX_REQUEST_BYTES) {
            requests.remove(frame.stream());
            reset(frame.stream());
        } else if (frame.has(END_STREAM)) {
            requests.remove(frame.stream());
            start(frame.stream(), request);
        } else if (length > 0) {
            write(WINDOW_UPDATE, frame.stream(), length);
        }
    }

    private void reset(int stream) throws IOException {
        write(RST_STREAM, stream, REFUSED_STREAM);
    }

    private void start(int stream, Request request) {
        GrpcReply reply = new GrpcReply(this, stream);
        windows.open(stream);
        replies.put(stream, reply);
        calls.execute(() -> {
            try {
                answer(request, reply);
            } catch (IOException e) {
                LOG.debug("the client of {} is gone", request.path(), e);
            }
        });
    }

    private void answer(Request request, GrpcReply reply) throws IOException {
        String method = request.path().substring(1);
        try {
            if (!service.call(method, GrpcFrame.message(request.body().toByteArray()), reply)) {
                reply.end(GrpcStatus.UNIMPLEMENTED, "no such method: " + PrintableText.brief(method));
            }
        } catch (IOException e) {
            reply.end(GrpcStatus.INVALID_ARGUMENT, PrintableText.brief(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.error("{} failed", PrintableText.brief(method), e);
            reply.end(GrpcStatus.UNKNOWN, PrintableText.brief(e.toString()));
        }
    }

    void headers(int stream, byte[] block, int flags) throws IOException {
        write(HEADERS, END_HEADERS | flags, stream, block);
    }

    /** Blocks until all is written. */
    void data(int stream, byte[] bytes) throws IOException, InterruptedException {
        for (int at = 0; at < bytes.length; ) {
            int part = windows.take(stream, Math.min(bytes.length - at, MAX_FRAME_BYTES), PATIENCE);
            write(DATA, 0, stream, Arrays.copyOfRange(bytes, at, at + part));
            at += part;
        }
    }

    void forget(int stream) {
        replies.remove(stream);
        windows.close(stream);
    }

    /** Writes a frame whose payload is one number. */
    private void write(int type, int stream, int number) throws IOException {
        write(type, 0, stream, ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }

    /** The windows bound what can be written, so that a client that does not read holds no thread here. */
    private synchronized void write(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .flip();
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
