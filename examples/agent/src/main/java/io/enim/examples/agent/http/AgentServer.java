// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import io.enim.EniSetting;
import io.enim.SettingsException;
import io.enim.examples.agent.cni.CniService;
import io.enim.examples.agent.cni.RequestLimits;
import io.enim.examples.agent.config.AgentSettings;
import io.enim.examples.agent.plugin.PluginServer;
import io.enim.examples.agent.socket.AgentSockets;
import io.enim.examples.agent.socket.PeerCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves on the agent's two sockets from {@link #start} until {@link #close}, which refuses new requests and blocks until
 * running ones have ended. Does not close the manager. Safe for concurrent use.
 */
public final class AgentServer implements AutoCloseable {
    /** Threads beyond those that admitted requests may block: for reading requests, the selector and the acceptor. */
    private static final int SPARE_THREADS = 12;

    /** Connections of the C plugin beyond those of admitted calls: they are refused, or read their answer. */
    private static final int SPARE_CONNECTIONS = 128;

    private static final int ACCEPT_QUEUE = 1024;
    /** Bytes per second. A configuration has a few hundred bytes; only a malicious client sends it slower. */
    private static final int MIN_BODY_RATE = 256;

    private static final Duration IDLE = Duration.ofMinutes(3);

    private static final Logger LOG = LoggerFactory.getLogger(AgentServer.class);

    private final PluginServer plugins;
    private final AgentSockets sockets;
    private final Diagnosis diagnosis;
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Server server;

    private AgentServer(PluginServer plugins, AgentSockets sockets, Diagnosis diagnosis) {
        this.diagnosis = diagnosis;
        this.plugins = plugins;
        this.sockets = sockets;
    }

    /**
     * Starts to serve. When this returns, the sockets exist under their paths.
     *
     * @param diagnosis ends with the server
     * @throws SettingsException the socket cannot be used, or another agent serves it; the message has its pid
     */
    public static AgentServer start(AgentSettings settings, OperatorApi api, Diagnosis diagnosis, CniService cni) {
        return start(settings, api, diagnosis, cni, Optional.empty());
    }

    static AgentServer start(
            AgentSettings settings,
            OperatorApi api,
            Diagnosis diagnosis,
            CniService cni,
            Optional<Predicate<String>> permitted) {
        AgentSockets sockets = AgentSockets.claim(settings.socket());
        RequestLimits limits = new RequestLimits(settings.maxRequests(), settings.maxRequestBytes());
        PeerCheck check = new PeerCheck(permitted.orElse(sockets::isForUser));
        Duration closeTimeout = settings.enim().duration(EniSetting.CLOSE_TIMEOUT);
        PluginServer plugins =
                new PluginServer(cni, limits, check, settings.maxRequests() + SPARE_CONNECTIONS, closeTimeout);
        AgentServer agent = new AgentServer(plugins, sockets, diagnosis);
        try {
            plugins.start(sockets.hiddenPlugin());
            sockets.publishPlugin();
            // Pods come first: the plugin's calls do not wait until Jetty has started.
            Server server = server(settings, sockets);
            Router router = new Router(cni, api, diagnosis, limits);
            server.setHandler(new GracefulHandler(new PeerCredentialFilter(check, router)));
            server.setStopTimeout(closeTimeout.toMillis());
            agent.server = server;
            server.start();
            sockets.publishHttp();
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

    private static Server server(AgentSettings settings, AgentSockets sockets) {
        QueuedThreadPool threads = new QueuedThreadPool(settings.maxRequests() + SPARE_THREADS, SPARE_THREADS);
        threads.setName("enim-agent");
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setMinRequestDataRate(MIN_BODY_RATE);
        UnixConnector connector = new UnixConnector(server, new HttpConnectionFactory(http));
        connector.setUnixDomainPath(sockets.hiddenHttp());
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        server.addConnector(connector);
        // Bounds the thread pool's queue, which holds at most one task for each connection. Further callers wait in the
        // kernel's queue, which is bounded too.
        server.addBean(new NetworkConnectionLimit(2 * (settings.maxRequests() + SPARE_THREADS), connector));
        server.setStopAtShutdown(false);
        return server;
    }

    /** Which of the two sockets are not served, though they should be; does not block. */
    public List<String> standingStill() {
        List<String> still = new ArrayList<>();
        if (!plugins.isServing()) {
            still.add("the socket of the CNI plugin is not served");
        }
        if (server == null || !server.isRunning()) {
            still.add("the socket of the command line is not served");
        }
        return still;
    }

    /** The plugin's calls are refused from now on, and repeated to the next agent; does not block. Idempotent. */
    public void refuseNew() {
        plugins.refuseNew();
    }

    /** Refuses new requests, waits for running ones, within the drain time, and removes the sockets. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return; // A later agent may serve on this path by now.
        }
        try (sockets;
                plugins) {
            plugins.refuseNew();
            diagnosis.close();
            if (server != null) {
                server.stop();
            }
        } catch (TimeoutException e) {
            LOG.warn("requests did not end in time, and are dropped: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for running requests", e);
        } catch (Exception e) { // Jetty's lifecycle declares no narrower one.
            throw new IllegalStateException("the server did not stop cleanly", e);
        }
    }
}
