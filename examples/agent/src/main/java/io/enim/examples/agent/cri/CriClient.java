// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cri;

import io.enim.PrintableText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.HttpClientTransportOverHTTP2;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * One call of the CRI, {@code ListPodSandbox}: gRPC, which is a POST over HTTP/2 whose bodies are messages behind their
 * length and whose status comes in a trailer. Safe for concurrent use.
 */
final class CriClient implements SandboxLister {
    private static final String METHOD = "http://localhost/runtime.v1.RuntimeService/ListPodSandbox";
    private static final String CONTENT_TYPE = "application/grpc";
    private static final String STATUS = "grpc-status";
    private static final String MESSAGE = "grpc-message";
    private static final String OK = "0";
    /** A byte that says whether the message is compressed, and its length. */
    private static final int FRAME_HEADER = 1 + Integer.BYTES;

    private static final byte[] EMPTY_REQUEST = new byte[FRAME_HEADER];
    /** A sandbox is a few hundred bytes with its labels and annotations. */
    private static final int MAX_ANSWER_BYTES = 16 << 20;

    private static final int THREADS = 8;

    private final Path socket;
    private final Duration timeout;
    private final HttpClient client;

    /** @param timeout the time limit of one call */
    CriClient(Path socket, Duration timeout) {
        this.socket = socket;
        this.timeout = timeout;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
        threads.setName("enim-cri");
        threads.setDaemon(true);
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(1);
        this.client = new HttpClient(new HttpClientTransportOverHTTP2(new HTTP2Client(connector)));
        client.setExecutor(threads);
        client.setConnectTimeout(timeout.toMillis());
        try {
            client.start();
        } catch (Exception e) { // Jetty's lifecycle declares no narrower one.
            throw new IllegalStateException("a client without a connection starts", e);
        }
    }

    @Override
    public PodSandboxes list() throws IOException {
        Request request = client.POST(METHOD)
                .transport(new Transport.TCPUnix(socket))
                .headers(headers -> headers.put(HttpHeader.TE, "trailers"))
                .body(new BytesRequestContent(CONTENT_TYPE, EMPTY_REQUEST))
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<ContentResponse> answer = new CompletableResponseListener(request, MAX_ANSWER_BYTES).send();
        try {
            return read(answer.get());
        } catch (ExecutionException e) {
            throw new IOException(socket + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + socket, e);
        }
    }

    private PodSandboxes read(ContentResponse response) throws IOException {
        String status = field(response, STATUS).orElse("none");
        if (!status.equals(OK)) {
            throw new IOException(socket + " answered gRPC status " + PrintableText.brief(status) + ", HTTP "
                    + response.getStatus() + ": "
                    + PrintableText.brief(field(response, MESSAGE).orElse("no message")));
        }
        try {
            return sandboxes(response.getContent());
        } catch (IOException e) {
            throw new IOException(socket + ": " + e.getMessage(), e);
        }
    }

    /** Reads the body of an answer: one message, not compressed. */
    static PodSandboxes sandboxes(byte[] body) throws IOException {
        if (body.length < FRAME_HEADER || body[0] != 0) {
            throw new IOException("the answer is no plain gRPC message");
        }
        int length = ByteBuffer.wrap(body).getInt(1);
        if (length != body.length - FRAME_HEADER) {
            throw new IOException("announced " + length + " bytes and sent " + (body.length - FRAME_HEADER));
        }
        return PodSandboxes.read(Arrays.copyOfRange(body, FRAME_HEADER, body.length));
    }

    /** Read from the trailers, or from the headers of an answer without a body. */
    private static Optional<String> field(ContentResponse response, String name) {
        return Optional.ofNullable(response.getTrailers())
                .map(trailers -> trailers.get(name))
                .or(() -> Optional.ofNullable(response.getHeaders().get(name)));
    }

    @Override
    public void close() {
        try {
            client.stop();
        } catch (Exception e) { // Jetty's lifecycle declares no narrower one.
            throw new IllegalStateException("the connection to " + socket + " could not be closed", e);
        }
    }
}
