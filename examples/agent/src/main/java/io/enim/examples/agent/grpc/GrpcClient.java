// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.grpc;

import io.enim.PrintableText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
 * A client of unary calls: each is a POST over HTTP/2 whose bodies are messages behind their length and whose status comes in
 * a trailer. Safe for concurrent use.
 */
public final class GrpcClient implements AutoCloseable {
    private static final String HOST = "http://localhost/";
    private static final String MESSAGE = "grpc-message";
    /** A thousand sandboxes, of a few hundred bytes each with labels and annotations, are far below it. */
    private static final int MAX_ANSWER_BYTES = 16 << 20;

    private static final int THREADS = 8;

    private final Path socket;
    private final Duration timeout;
    private final HttpClient client;

    /**
     * Does not connect yet; each call does, unless a connection is open.
     *
     * @param timeout the time limit of one call
     * @param threads the name of the client's threads
     */
    public GrpcClient(Path socket, Duration timeout, String threads) {
        this.socket = socket;
        this.timeout = timeout;
        QueuedThreadPool pool = new QueuedThreadPool(THREADS, 1);
        pool.setName(threads);
        pool.setDaemon(true);
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(1);
        this.client = new HttpClient(new HttpClientTransportOverHTTP2(new HTTP2Client(connector)));
        client.setExecutor(pool);
        client.setConnectTimeout(timeout.toMillis());
        try {
            client.start();
        } catch (Exception e) { // Jetty's lifecycle declares no narrower one.
            throw new IllegalStateException("a client without a connection starts", e);
        }
    }

    /**
     * Calls a method, as {@code runtime.v1.RuntimeService/ListPodSandbox}, and returns the message of the answer. Blocks until
     * it is there, for the time limit at most.
     *
     * @throws IOException no program answers on the socket, or not in time, or with an error; the message names the socket
     */
    public byte[] call(String method, byte[] message) throws IOException {
        Request request = client.POST(HOST + method)
                .transport(new Transport.TCPUnix(socket))
                .headers(headers -> headers.put(HttpHeader.TE, "trailers"))
                .body(new BytesRequestContent(GrpcStatus.CONTENT_TYPE, GrpcFrame.of(message)))
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

    private byte[] read(ContentResponse response) throws IOException {
        String status = field(response, GrpcStatus.HEADER).orElse("none");
        if (!status.equals(GrpcStatus.OK.text())) {
            throw new IOException(socket + " answered gRPC status " + PrintableText.brief(status) + ", HTTP "
                    + response.getStatus() + ": "
                    + PrintableText.brief(field(response, MESSAGE).orElse("no message")));
        }
        try {
            return GrpcFrame.message(response.getContent());
        } catch (IOException e) {
            throw new IOException(socket + ": " + e.getMessage(), e);
        }
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
