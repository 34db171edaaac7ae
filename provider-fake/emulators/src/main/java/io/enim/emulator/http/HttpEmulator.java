// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A server on the loopback address, at a free port, with a thread for each request. Safe for concurrent use;
 * {@link #close} ends every request under way.
 */
public abstract class HttpEmulator implements AutoCloseable {
    private static final int BACKLOG = 128;
    private static final Duration FOREVER = Duration.ofHours(1);
    private static final String PAGE =
            "<html>\r\n<head><title>%1$d</title></head>\r\n<body><h1>%1$d</h1><hr>nginx</body>\r\n</html>";

    static {
        // The JDK's server writes head and body apart, and would wait for the caller's acknowledgement between them.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> wire = new CopyOnWriteArrayList<>();
    private volatile Runnable onHeld = () -> {};

    /** Takes a port; its threads have the name. */
    protected HttpEmulator(String name) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": no port on the loopback address", e);
        }
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
    }

    /** Begins to answer; the last step of a subclass's constructor. */
    protected final void start() {
        server.createContext("/", exchange -> {
            // Closing an exchange that was not answered drops its connection.
            try (exchange) {
                handle(exchange);
            }
        });
        server.start();
    }

    /** Answers a request, or leaves it unanswered. */
    protected abstract void handle(HttpExchange exchange) throws IOException;

    /** Its address. */
    public final URI endpoint() {
        InetSocketAddress address = server.getAddress();
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
    }

    /** The requests that it took, in order of arrival. */
    public final List<String> requests() {
        return List.copyOf(requests);
    }

    /** The requests that it took as they came, one line for each part, in order of arrival. */
    public final List<String> wire() {
        return List.copyOf(wire);
    }

    /** Adds to {@link #wire}. */
    protected final void recordWire(String... lines) {
        wire.add(String.join("\n", lines));
    }

    /** Adds to {@link #requests}. */
    protected final void record(String request) {
        requests.add(request);
    }

    /** Sends an answer. */
    protected static void send(HttpExchange exchange, int status, String contentType, String answer)
            throws IOException {
        sendPart(exchange, status, contentType, answer, Integer.MAX_VALUE);
    }

    /** Sends the length of an answer and at most so many of its first bytes. */
    protected static void sendPart(HttpExchange exchange, int status, String contentType, String answer, int most)
            throws IOException {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes, 0, Math.min(most, bytes.length));
            exchange.getResponseBody().flush();
        }
    }

    /** Sends a page, as a load balancer or a login does that is between the caller and the cloud. */
    protected static void sendPage(HttpExchange exchange, int status) throws IOException {
        send(exchange, status, "text/html;charset=UTF-8", PAGE.formatted(status));
    }

    /** Lets a request wait: true when the time passed, false when the emulator closes before. */
    protected final boolean hold(Duration time) throws IOException {
        try {
            return !closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a request was held", e);
        }
    }

    /** What runs once for each request that has no answer until the emulator closes; its effect has taken place. */
    public final void onHeld(Runnable action) {
        onHeld = action;
    }

    /** A request will have no answer. */
    protected final void held() {
        onHeld.run();
    }

    /** Lets a request wait until the emulator closes. */
    protected final void hold() throws IOException {
        held();
        hold(FOREVER);
    }

    /** Stops listening, drops what is under way, and ends every thread. Idempotent. */
    @Override
    public final void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
