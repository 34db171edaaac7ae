// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import io.enim.SettingsException;
import io.enim.examples.agent.config.AgentSetting;
import io.enim.examples.agent.config.HttpSettings;
import io.enim.examples.agent.health.NodeHealth;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves metrics, probes and, to those with the token, what else there is to read, on an address of this machine, from
 * {@link #start} until {@link #close}. It has threads, connections and time limits of its own: what any user of this machine does
 * here leaves the sockets alone. Safe for concurrent use.
 */
public final class LoopbackServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoopbackServer.class);

    private static final int THREADS = 8;
    /** Requests that may wait for the cloud; the other threads accept, select, and answer probes. */
    private static final int MAX_READERS = 3;

    private static final int MAX_CONNECTIONS = 32;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Server server;
    private final ServerConnector connector;
    private final String address;

    private LoopbackServer(Server server, ServerConnector connector, String address) {
        this.server = server;
        this.connector = connector;
        this.address = address;
    }

    /**
     * Starts to serve; when this returns, the port is open.
     *
     * @param health what probes are answered by
     * @throws SettingsException the port is taken, or the token's file cannot be used
     */
    public static LoopbackServer start(HttpSettings settings, OperatorApi api, NodeHealth health) {
        return start(settings, api, health, LIMIT);
    }

    static LoopbackServer start(HttpSettings settings, OperatorApi api, NodeHealth health, Duration limit) {
        Optional<AccessToken> token = settings.tokenFile().map(AccessToken::read);
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
        threads.setName("enim-agent-http");
        Server server = new Server(threads);
        server.setStopAtShutdown(false);
        server.setStopTimeout(0);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setPersistentConnectionsEnabled(false); // So a connection's time is that of one request.
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(settings.address().getAddress().getHostAddress());
        connector.setPort(settings.address().getPort());
        connector.setIdleTimeout(limit.toMillis());
        connector.addBean(new ConnectionTimeLimit(connector.getScheduler(), limit));
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
        server.setHandler(new LoopbackHandler(api, health, token, MAX_READERS));
        open(connector, settings);
        LoopbackServer loopback = new LoopbackServer(server, connector, settings.authority(connector.getLocalPort()));
        try {
            server.start();
        } catch (Exception e) { // Jetty's lifecycle declares no narrower one.
            SettingsException failed = new SettingsException(
                    AgentSetting.HTTP_ADDRESS.key(), loopback.address + " cannot be served: " + e, e);
            try {
                loopback.close();
            } catch (IllegalStateException again) {
                failed.addSuppressed(again);
            }
            throw failed;
        }
        LOG.info("metrics and probes on http://{}", loopback.address);
        return loopback;
    }

    private static void open(ServerConnector connector, HttpSettings settings) {
        try {
            connector.open();
        } catch (IOException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new SettingsException(
                    AgentSetting.HTTP_ADDRESS.key(),
                    settings.authority(settings.address().getPort()) + " cannot be opened: " + reason
                            + "; end the program that has it, or choose another port",
                    e);
        }
    }

    /** Host and port as in a URL. */
    public String address() {
        return address;
    }

    /** Closes the port and all connections. Idempotent. */
    @Override
    public void close() {
        try {
            server.stop();
            connector.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while closing " + address, e);
        } catch (Exception e) { // Jetty's lifecycle declares no narrower one.
            throw new IllegalStateException(address + " was not closed cleanly", e);
        }
    }
}
