// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.grpc;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves a gRPC service on a Unix socket until it is closed. Safe for concurrent use. */
public final class GrpcServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcServer.class);
    private static final int MAX_CONNECTIONS = 16;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final ServerSocketChannel listener;
    private final GrpcService service;
    private final Set<Http2Connection> connections = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads;

    private GrpcServer(ServerSocketChannel listener, GrpcService service, String threads) {
        this.listener = listener;
        this.service = service;
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, threads);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Listens; a socket that is there already is replaced.
     *
     * @param threads the name of the server's threads
     * @throws IOException it cannot listen there
     */
    public static GrpcServer start(Path socket, GrpcService service, String threads) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            listener.close();
            throw new IOException("cannot listen on " + socket + ": " + e, e);
        }
        GrpcServer server = new GrpcServer(listener, service, threads);
        server.threads.execute(server::accept);
        return server;
    }

    private void accept() {
        try (listener) {
            while (true) {
                SocketChannel client = listener.accept();
                if (connections.size() >= MAX_CONNECTIONS) {
                    client.close();
                    continue;
                }
                Http2Connection connection = new Http2Connection(client, service, threads);
                connections.add(connection);
                threads.execute(() -> {
                    try {
                        connection.run();
                    } finally {
                        connections.remove(connection);
                    }
                });
            }
        } catch (ClosedChannelException | RejectedExecutionException e) {
            LOG.debug("no longer listening");
        } catch (IOException e) {
            LOG.warn("no connection is accepted any more", e);
        }
    }

    /** Whether it still listens. */
    public boolean isOpen() {
        return listener.isOpen();
    }

    /** Ends every call that is open. Blocks until its threads have ended, for some seconds at most. Idempotent. */
    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
        for (Http2Connection connection : connections) {
            connection.close();
        }
        try {
            if (!threads.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a call goes on though the server is closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
