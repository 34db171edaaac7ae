package io.enim.provider.aws;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * The SDK's client over the JDK's connections, with three things it lacks.
 *
 * <ul>
 *   <li>A call ends when its thread is interrupted: a socket's read does not, so it runs on a thread of this class, and
 *       an interrupt closes the socket.
 *   <li>A failure says whether the request may have left: the SDK asks for the body only once connected.
 *   <li>An answer is whole: the JDK reads a body that ends early as if it ended there, and the SDK reads an empty body
 *       as an empty list. Either would make existing ENIs look gone.
 * </ul>
 *
 * <p>Threads are made as calls need them and end after {@value #IDLE_SECONDS} idle seconds, or with {@link #close}.
 */
final class InterruptibleHttp implements SdkHttpClient {
    private static final long IDLE_SECONDS = 10;
    private static final int MAX_BODY = 32 << 20;
    private static final AtomicInteger THREADS = new AtomicInteger();

    private final SdkHttpClient connections;
    private final Set<ExecutableHttpRequest> underWay = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "enim-aws-http-" + THREADS.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });

    InterruptibleHttp(SdkHttpClient connections) {
        this.connections = connections;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        AtomicBoolean connected = new AtomicBoolean();
        HttpExecuteRequest.Builder marked = HttpExecuteRequest.builder().request(request.httpRequest());
        request.metricCollector().ifPresent(marked::metricCollector);
        request.contentStreamProvider()
                .ifPresent(body -> marked.contentStreamProvider(() -> {
                    connected.set(true);
                    return body.newStream();
                }));
        return new Request(connections.prepareRequest(marked.build()), connected);
    }

    @Override
    public String clientName() {
        return connections.clientName();
    }

    /** Ends the calls under way, and every thread. Idempotent. */
    @Override
    public void close() {
        threads.shutdown();
        underWay.forEach(ExecutableHttpRequest::abort);
        connections.close();
    }

    private final class Request implements ExecutableHttpRequest {
        private final ExecutableHttpRequest request;
        private final AtomicBoolean connected;

        Request(ExecutableHttpRequest request, AtomicBoolean connected) {
            this.request = request;
            this.connected = connected;
        }

        @Override
        public HttpExecuteResponse call() throws IOException {
            Future<HttpExecuteResponse> answer;
            try {
                answer = threads.submit(this::exchange);
            } catch (RejectedExecutionException e) {
                throw new NotSentException("the client is closed", e);
            }
            try {
                return answer.get();
            } catch (InterruptedException e) {
                abort();
                Thread.currentThread().interrupt();
                InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for EC2");
                interrupted.initCause(e);
                throw interrupted;
            } catch (ExecutionException e) {
                throw failure(e.getCause() == null ? e : e.getCause());
            }
        }

        @Override
        public void abort() {
            request.abort();
        }

        private HttpExecuteResponse exchange() throws IOException {
            underWay.add(request);
            try {
                if (threads.isShutdown()) {
                    throw new IOException("the client was closed");
                }
                HttpExecuteResponse response = request.call();
                Optional<AbortableInputStream> body = response.responseBody();
                return body.isEmpty() ? response : whole(response, body.get());
            } finally {
                underWay.remove(request);
            }
        }

        private HttpExecuteResponse whole(HttpExecuteResponse response, InputStream body) throws IOException {
            byte[] bytes;
            try (body) {
                bytes = body.readNBytes(MAX_BODY);
            }
            long declared = response.httpResponse()
                    .firstMatchingHeader("Content-Length")
                    .map(Long::parseLong)
                    .orElse((long) bytes.length);
            if (bytes.length != declared) {
                throw new EOFException("the answer ended after " + bytes.length + " of " + declared + " bytes");
            }
            Ec2BodyCheck.check(response.httpResponse(), bytes);
            return HttpExecuteResponse.builder()
                    .response(response.httpResponse())
                    .responseBody(AbortableInputStream.create(new ByteArrayInputStream(bytes)))
                    .build();
        }

        private IOException failure(Throwable thrown) {
            Throwable cause = thrown instanceof UncheckedIOException wrapped ? wrapped.getCause() : thrown;
            IOException failure =
                    cause instanceof IOException io ? io : new IOException("the connection failed: " + cause, cause);
            return connected.get() ? failure : new NotSentException(String.valueOf(failure), failure);
        }
    }
}
