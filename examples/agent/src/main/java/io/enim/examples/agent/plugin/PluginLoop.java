// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.plugin;

import io.enim.examples.agent.cni.RequestLimits;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections and reads from them, on one thread, until it is told to refuse new ones and the running calls have
 * ended. It is woken, never interrupted: an interrupt would close the channel that it works on.
 */
final class PluginLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginLoop.class);
    private static final int ACCEPT_QUEUE = 1024;
    private static final int BUFFER = 64 * 1024;
    /** How often connections are looked at for being overdue, and accepting is tried again after a failure. */
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final RequestLimits limits;
    private final BiFunction<PluginConnection, CallFrame, PluginCall> starter;
    private final int maxConnections;
    private final long patienceNanos;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final SelectionKey accepting;
    private final Set<PluginConnection> connections = new HashSet<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private boolean acceptFailed;
    private volatile long endNanos;
    private volatile boolean isClosing;

    /** Listens on the path; the patience is how long a plugin may take to send its call and to receive its answer. */
    PluginLoop(
            Path path,
            int maxConnections,
            Duration patience,
            RequestLimits limits,
            BiFunction<PluginConnection, CallFrame, PluginCall> starter)
            throws IOException {
        this.limits = limits;
        this.starter = starter;
        this.maxConnections = maxConnections;
        this.patienceNanos = patience.toNanos();
        this.selector = Selector.open();
        this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(path), ACCEPT_QUEUE);
        listener.configureBlocking(false);
        this.accepting = listener.register(selector, 0);
    }

    @Override
    public void run() {
        try (selector;
                listener) {
            while (!isDone()) {
                turn();
            }
        } catch (IOException e) {
            LOG.error("the socket of the CNI plugin is no longer served; restart the agent", e);
        } finally {
            List.copyOf(connections).forEach(this::end);
        }
    }

    private boolean isDone() {
        return isClosing && (connections.isEmpty() || System.nanoTime() - endNanos >= 0);
    }

    private void turn() throws IOException {
        if (isClosing) {
            listener.close();
            connections.stream().filter(PluginConnection::isIdle).toList().forEach(this::end);
        } else {
            boolean accepts = !acceptFailed && connections.size() < maxConnections;
            accepting.interestOps(accepts ? SelectionKey.OP_ACCEPT : 0);
        }
        boolean sleeps = connections.isEmpty() && !acceptFailed && !isClosing;
        selector.select(sleeps ? 0 : TimeUnit.NANOSECONDS.toMillis(waitNanos()) + 1);
        acceptFailed = false;
        for (SelectionKey key : selector.selectedKeys()) {
            if (key == accepting) {
                accept();
            } else {
                serve((PluginConnection) key.attachment(), key);
            }
        }
        selector.selectedKeys().clear();
        connections.stream()
                .filter(connection -> connection.waitingNanos() > patienceNanos)
                .toList()
                .forEach(this::end);
    }

    private long waitNanos() {
        long tick = Math.min(TICK_NANOS, patienceNanos);
        return isClosing ? Math.max(0, Math.min(tick, endNanos - System.nanoTime())) : tick;
    }

    private void accept() {
        try {
            SocketChannel channel = listener.accept();
            if (channel == null) {
                return;
            }
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            PluginConnection connection = new PluginConnection(this, channel, key, limits, starter);
            key.attach(connection);
            connections.add(connection);
            serve(connection, key); // The plugin sends at once.
        } catch (IOException e) {
            acceptFailed = true;
            LOG.warn("a connection of the CNI plugin was not accepted; trying again in a second: {}", e.toString());
        }
    }

    private void serve(PluginConnection connection, SelectionKey key) {
        boolean goesOn = false;
        try {
            goesOn = connection.read(buffer);
            if (goesOn && key.isValid() && key.isWritable()) {
                connection.write();
            }
        } catch (IOException e) {
            LOG.debug("a connection of the CNI plugin ended", e);
        } catch (Throwable e) { // One connection's failure is not the loop's end (P15).
            LOG.error("a connection of the CNI plugin failed", e);
        }
        if (!goesOn) {
            end(connection);
        }
    }

    private void end(PluginConnection connection) {
        connections.remove(connection);
        connection.end();
    }

    void wakeUp() {
        selector.wakeup();
    }

    /** Called when a connection was answered: a closing loop waits for that. */
    void answered() {
        if (isClosing) {
            wakeUp();
        }
    }

    /** From now on connections are refused; calls that are not complete are dropped, running ones have this much time. Idempotent. */
    void refuseNew(Duration time) {
        if (!isClosing) {
            endNanos = System.nanoTime() + time.toNanos();
            isClosing = true;
            wakeUp();
        }
    }
}
