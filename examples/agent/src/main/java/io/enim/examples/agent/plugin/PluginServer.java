// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.plugin;

import io.enim.examples.agent.cni.CniService;
import io.enim.examples.agent.cni.RequestLimits;
import io.enim.examples.agent.socket.PeerCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Serves the C plugin from {@link #start} until {@link #close}. While it closes, what it does not answer it drops without a
 * word, and the plugin repeats the call to the next agent. Not for concurrent use.
 */
public final class PluginServer implements AutoCloseable {
    private static final long IDLE_SECONDS = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CniService cni;
    private final RequestLimits limits;
    private final PeerCheck check;
    private final int maxConnections;
    private final Duration patience;
    private final Duration closeTimeout;
    private final ExecutorService workers;
    private @Nullable PluginLoop loop;
    private @Nullable Thread thread;

    /** Further connections than this many wait in the kernel's queue; running calls have the timeout to end in. */
    public PluginServer(
            CniService cni, RequestLimits limits, PeerCheck check, int maxConnections, Duration closeTimeout) {
        this(cni, limits, check, maxConnections, PATIENCE, closeTimeout);
    }

    PluginServer(
            CniService cni,
            RequestLimits limits,
            PeerCheck check,
            int maxConnections,
            Duration patience,
            Duration closeTimeout) {
        this.cni = cni;
        this.limits = limits;
        this.check = check;
        this.maxConnections = maxConnections;
        this.patience = patience;
        this.closeTimeout = closeTimeout;
        AtomicInteger made = new AtomicInteger();
        // Never more workers than admitted calls.
        this.workers = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> daemon(work, "enim-plugin-" + made.incrementAndGet()));
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Binds the socket and serves it. */
    public void start(Path path) throws IOException {
        loop = new PluginLoop(path, maxConnections, patience, limits, this::call);
        thread = daemon(loop, "enim-plugin");
        thread.start();
    }

    private PluginCall call(PluginConnection connection, CallFrame frame) {
        PluginCall call = new PluginCall(connection, frame, cni, limits, check);
        boolean isTaken = false;
        try {
            workers.execute(call);
            isTaken = true;
        } finally {
            if (!isTaken) {
                limits.leave(); // No thread could be started.
            }
        }
        return call;
    }

    /** Whether the socket is served: from the start until the end, unless the loop died. Does not block. */
    public boolean isServing() {
        return thread != null && thread.isAlive();
    }

    /** Refuses new calls from now on; does not block. */
    public void refuseNew() {
        if (loop != null) {
            loop.refuseNew(closeTimeout);
        }
    }

    /** Waits for the running calls, within the time that began with {@link #refuseNew}. Idempotent. */
    @Override
    public void close() {
        refuseNew();
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // The loop has a time limit of its own.
            }
        }
        workers.shutdown();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
