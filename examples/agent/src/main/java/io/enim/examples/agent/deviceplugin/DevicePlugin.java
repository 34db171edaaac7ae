// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.deviceplugin;

import io.enim.EniManager;
import io.enim.examples.agent.grpc.GrpcClient;
import io.enim.examples.agent.grpc.GrpcServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device plugin: serves in the kubelet's directory and registers there. A kubelet that starts removes all sockets in it and
 * forgets all plugins, so each second two questions are asked: is our socket still there, and does a kubelet watch our list. If
 * not, the socket is made anew, and the plugin registers again, for as long as it takes. Safe for concurrent use.
 */
public final class DevicePlugin implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DevicePlugin.class);
    private static final String THREADS = "enim-device-plugin";
    private static final String RESOURCE = "enim.io/eni";
    private static final String SOCKET = "enim.sock";
    private static final String KUBELET = "kubelet.sock";
    private static final String REGISTER = PluginMessages.VERSION + ".Registration/Register";

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

    /**
     * How often it looks.
     *
     * @param turn at the sockets
     * @param count at the ENIs; a kubelet tells the API server of a changed number every 10 s
     * @param watch how long a kubelet that has registered the plugin has for watching its list
     */
    record Pace(Duration turn, Duration count, Duration watch) {
        static final Pace USUAL = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(10));
    }

    private final Path directory;
    private final EniManager manager;
    private final Pace pace;
    private final Semaphore woken = new Semaphore(0);
    private final DeviceService service = new DeviceService(woken::release);
    private final GrpcClient kubelet;
    private final Thread thread;
    private final AtomicBoolean closing = new AtomicBoolean();

    // Confined to the thread.
    private @Nullable GrpcServer server;
    private Optional<DeviceCount> count = Optional.empty();
    private long countedAt;
    private Optional<Long> registeredAt = Optional.empty();
    private volatile Optional<String> trouble = Optional.empty();

    private DevicePlugin(Path directory, EniManager manager, Pace pace) {
        this.directory = directory;
        this.manager = manager;
        this.pace = pace;
        this.kubelet = new GrpcClient(directory.resolve(KUBELET), CALL_TIMEOUT, THREADS + "-client");
        this.thread = new Thread(this::run, THREADS);
        thread.setDaemon(true);
    }

    /**
     * Begins; a kubelet that does not run is no error, and neither is a directory that is not there yet. Does not block.
     *
     * @param directory the kubelet's, {@code /var/lib/kubelet/device-plugins}
     * @param manager asked for its ENIs; not closed
     */
    public static DevicePlugin start(Path directory, EniManager manager) {
        return start(directory, manager, Pace.USUAL);
    }

    static DevicePlugin start(Path directory, EniManager manager, Pace pace) {
        DevicePlugin plugin = new DevicePlugin(directory, manager, pace);
        plugin.thread.start();
        return plugin;
    }

    private void run() {
        try {
            while (!closing.get()) {
                attempt();
                woken.tryAcquire(pace.turn().toNanos(), TimeUnit.NANOSECONDS);
                woken.drainPermits();
            }
        } catch (InterruptedException e) {
            LOG.debug("closing", e);
        } finally {
            Thread.interrupted(); // It ended the loop, and is not meant for what is left to do.
            end();
        }
    }

    private void attempt() {
        try {
            turn();
            trouble = Optional.empty();
        } catch (IOException | RuntimeException e) {
            String why = RESOURCE + " is not offered to the kubelet; tried again each second: " + e;
            if (trouble.isEmpty() && !closing.get()) {
                LOG.warn("{}", why);
            }
            trouble = Optional.of(why);
        }
    }

    /** Why the kubelet does not know this node's ENIs, for health. Does not block. */
    public Optional<String> trouble() {
        return trouble;
    }

    private void turn() throws IOException {
        count();
        if (count.isEmpty()) {
            return; // A kubelet takes no list for a list of none.
        }
        serve();
        service.announce(count.get());
        if (service.isWatched() || isWithin(registeredAt, pace.watch())) {
            return;
        }
        kubelet.call(REGISTER, PluginMessages.registration(SOCKET, RESOURCE));
        registeredAt = Optional.of(System.nanoTime());
        LOG.info("registered {} with the kubelet of {}", RESOURCE, directory);
    }

    /** Keeps the last count when the ENIs cannot be listed. */
    private void count() {
        if (count.isPresent() && isWithin(Optional.of(countedAt), pace.count())) {
            return;
        }
        Optional<DeviceCount> now = DeviceCount.of(manager);
        if (now.isPresent() && !now.equals(count)) {
            LOG.info(
                    "{}: {} devices, {} of them healthy",
                    RESOURCE,
                    now.get().all(),
                    now.get().healthy());
            count = now;
        }
        countedAt = System.nanoTime();
    }

    private static boolean isWithin(Optional<Long> since, Duration time) {
        return since.isPresent() && System.nanoTime() - since.get() < time.toNanos();
    }

    private void serve() throws IOException {
        Path socket = directory.resolve(SOCKET);
        if (server != null && server.isOpen() && Files.exists(socket)) {
            return;
        }
        if (!Files.isDirectory(directory)) {
            throw new IOException(
                    directory + " is no directory; agent.device-plugin names the one of the kubelet, which makes it");
        }
        if (server != null) {
            server.close();
            server = null;
        }
        server = GrpcServer.start(socket, service, THREADS);
        registeredAt = Optional.empty();
    }

    private void end() {
        try {
            if (server != null) {
                server.close();
                Files.deleteIfExists(directory.resolve(SOCKET));
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("the socket of {} is left behind in {}: {}", RESOURCE, directory, e.toString());
        } finally {
            kubelet.close();
        }
    }

    /** Ends; the kubelet then has no healthy device until the next start, and pods that have one keep it. Idempotent. */
    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            thread.interrupt();
        }
        try {
            thread.join(CLOSE_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
