package io.enim.examples.agent.http;

import static java.util.Objects.requireNonNull;

import io.enim.EniManager;
import io.enim.SettingsException;
import io.enim.examples.agent.cni.CniService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The agent's socket. Serves from {@link #start} until {@link #close}, which lets requests under way end, refuses new
 * ones, and blocks meanwhile. Does not close the manager. Safe for concurrent use.
 */
public final class AgentServer implements AutoCloseable {
    /** Threads beyond those that admitted requests may block: for reading requests, the selector and the acceptor. */
    private static final int SPARE_THREADS = 12;

    private static final int ACCEPT_QUEUE = 1024;
    /** Bytes a second; a configuration is a few hundred, so a body that comes slower than this is held back on purpose. */
    private static final int SLOWEST_BODY = 256;

    private static final Duration IDLE = Duration.ofMinutes(3);

    private final Server server;
    private final UnixSocketFile socket;
    private final AtomicBoolean closed = new AtomicBoolean();

    private AgentServer(Server server, UnixSocketFile socket) {
        this.server = server;
        this.socket = socket;
    }

    /**
     * How to serve.
     *
     * @param socket the socket's path
     * @param maxRequestBytes the longest body taken
     * @param maxRequests how many requests that may block are admitted at once
     * @param drain how long {@link #close} waits for requests under way
     */
    public record Options(Path socket, int maxRequestBytes, int maxRequests, Duration drain) {
        public Options {
            requireNonNull(socket, "socket");
            requireNonNull(drain, "drain");
        }
    }

    /**
     * Starts to serve. When this returns, the socket has its name.
     *
     * @param metrics the metrics as text
     * @throws SettingsException the socket cannot be used, or another agent serves it, whose id the message tells
     */
    public static AgentServer start(Options options, EniManager manager, CniService cni, Supplier<String> metrics) {
        return start(options, manager, cni, metrics, Optional.empty());
    }

    static AgentServer start(
            Options options,
            EniManager manager,
            CniService cni,
            Supplier<String> metrics,
            Optional<Predicate<String>> permitted) {
        UnixSocketFile socket = UnixSocketFile.claim(options.socket());
        Server server = server(options, socket);
        Router router =
                new Router(cni, new OperatorApi(manager, metrics), options.maxRequestBytes(), options.maxRequests());
        server.setHandler(new GracefulHandler(new PeerCredentialFilter(permitted.orElse(socket::isForUser), router)));
        server.setStopTimeout(options.drain().toMillis());
        AgentServer agent = new AgentServer(server, socket);
        try {
            server.start();
            socket.publish();
            return agent;
        } catch (Exception e) { // Jetty's lifecycle declares no narrower one.
            SettingsException failed =
                    new SettingsException("agent.socket", options.socket() + " cannot be served: " + e, e);
            try {
                agent.close();
            } catch (IllegalStateException again) {
                failed.addSuppressed(again);
            }
            throw failed;
        }
    }

    private static Server server(Options options, UnixSocketFile socket) {
        QueuedThreadPool threads = new QueuedThreadPool(options.maxRequests() + SPARE_THREADS, SPARE_THREADS);
        threads.setName("enim-agent");
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setMinRequestDataRate(SLOWEST_BODY);
        UnixDomainServerConnector connector =
                new UnixDomainServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setUnixDomainPath(socket.hidden());
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        server.addConnector(connector);
        // What bounds the thread pool's queue: each connection has one piece of work there at most. More callers wait
        // in
        // the kernel's queue, which is bounded too.
        server.addBean(new NetworkConnectionLimit(2 * (options.maxRequests() + SPARE_THREADS), connector));
        server.setStopAtShutdown(false);
        return server;
    }

    /** Ends requests under way, within the drain time, and removes the socket. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return; // A successor may have the name by now.
        }
        try (socket) {
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while requests under way were ending", e);
        } catch (Exception e) { // Jetty's lifecycle declares no narrower one.
            throw new IllegalStateException("the socket could not be closed in order; the process may end", e);
        }
    }
}
