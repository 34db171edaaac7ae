package io.enim.emulator.http;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** An HTTP server on the loopback address, at a free port, with a thread for each request. Safe for concurrent use. */
public final class LoopbackHttpServer implements AutoCloseable {
    private static final int BACKLOG = 128;
    private static final Duration FOREVER = Duration.ofHours(1);

    private final HttpServer server;
    private final ExecutorService threads;
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * Begins to listen.
     *
     * @param name the name of its threads
     */
    public LoopbackHttpServer(String name, HttpHandler handler) {
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
        server.createContext("/", handler);
        server.start();
    }

    /** Its address. */
    public URI address() {
        return URI.create("http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort());
    }

    /** Lets a request wait: true when the time passed, false when the server closes before. */
    public boolean hold(Duration time) throws IOException {
        try {
            return !closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a request was held", e);
        }
    }

    /** Lets a request wait until the server closes. */
    public void hold() throws IOException {
        hold(FOREVER);
    }

    /** Drops what is under way, and ends every thread. Idempotent. */
    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
