// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.SettingsException;
import io.enim.examples.agent.cni.CniService;
import io.enim.examples.agent.config.AgentSettings;
import java.nio.channels.ServerSocketChannel;
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
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Serves on the agent's socket from {@link #start} until {@link #close}, which refuses new requests and blocks until
 * running ones have ended. Does not close the manager. Safe for concurrent use.
 */
public final class AgentServer implements AutoCloseable {
    /** Threads beyond those that admitted requests may block: for reading requests, the selector and the acceptor. */
    private static final int SPARE_THREADS = 12;

    private static final int ACCEPT_QUEUE = 1024;
    /** Bytes per second. A configuration has a few hundred bytes; only a malicious client sends it slower. */
    private static final int MIN_BODY_RATE = 256;

    private static final Duration IDLE = Duration.ofMinutes(3);

    private final Server server;
    private final UnixSocketFile socket;
    private final AtomicBoolean closed = new AtomicBoolean();

    private AgentServer(Server server, UnixSocketFile socket) {
        this.server = server;
        this.socket = socket;
    }

    /**
     * Starts to serve. When this returns, the socket exists under its path.
     *
     * @param metrics the metrics as text
     * @throws SettingsException the socket cannot be used, or another agent serves it; the message has its pid
     */
    public static AgentServer start(
            AgentSettings settings, EniManager manager, CniService cni, Supplier<String> metrics) {
        return start(settings, manager, cni, metrics, Optional.empty());
    }

    static AgentServer start(
            AgentSettings settings,
            EniManager manager,
            CniService cni,
            Supplier<String> metrics,
            Optional<Predicate<String>> permitted) {
        UnixSocketFile socket = UnixSocketFile.claim(settings.socket());
        Server server = server(settings, socket);
        Router router =
                new Router(cni, new OperatorApi(manager, metrics), settings.maxRequestBytes(), settings.maxRequests());
        server.setHandler(new GracefulHandler(new PeerCredentialFilter(permitted.orElse(socket::isForUser), router)));
        server.setStopTimeout(settings.enim().duration(EniSetting.CLOSE_TIMEOUT).toMillis());
        AgentServer agent = new AgentServer(server, socket);
        try {
            server.start();
            socket.publish();
            return agent;
        } catch (Exception e) { // Jetty's lifecycle declares no narrower one.
            SettingsException failed =
                    new SettingsException("agent.socket", settings.socket() + " cannot be served: " + e, e);
            try {
                agent.close();
            } catch (IllegalStateException again) {
                failed.addSuppressed(again);
            }
            throw failed;
        }
    }

    private static Server server(AgentSettings settings, UnixSocketFile socket) {
        QueuedThreadPool threads = new QueuedThreadPool(settings.maxRequests() + SPARE_THREADS, SPARE_THREADS);
        threads.setName("enim-agent");
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setMinRequestDataRate(MIN_BODY_RATE);
        UnixDomainServerConnector connector =
                new UnixDomainServerConnector(server, 1, 1, new HttpConnectionFactory(http)) {
                    /**
                     * Closes the listening socket, which refuses connections at once. An interrupt loses the connection that
                     * accept() has just taken: JDK 17 throws then, and the connection stays open without a reader.
                     */
                    @Override
                    protected void interruptAcceptors() {
                        IO.close(getBean(ServerSocketChannel.class));
                        setAccepting(true); // Wakes an acceptor that waits because of the connection limit.
                    }

                    @Override
                    protected boolean handleAcceptFailure(Throwable failure) {
                        return !isShutdown() && super.handleAcceptFailure(failure);
                    }
                };
        connector.setUnixDomainPath(socket.hidden());
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        server.addConnector(connector);
        // Bounds the thread pool's queue, which holds at most one task for each connection. Further callers wait in the
        // kernel's queue, which is bounded too.
        server.addBean(new NetworkConnectionLimit(2 * (settings.maxRequests() + SPARE_THREADS), connector));
        server.setStopAtShutdown(false);
        return server;
    }

    /** Waits for running requests, within the drain time, and removes the socket. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return; // A later agent may serve on this path by now.
        }
        try (socket) {
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for running requests", e);
        } catch (Exception e) { // Jetty's lifecycle declares no narrower one.
            throw new IllegalStateException("the server did not stop cleanly", e);
        }
    }
}
