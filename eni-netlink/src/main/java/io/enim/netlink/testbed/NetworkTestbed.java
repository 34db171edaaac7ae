package io.enim.netlink;

import io.enim.InvalidRequestException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Builds what devices play on: namespaces, cables, bridges, addresses. For demos, tests and simulated clouds; ENIM itself
 * moves devices through {@link io.enim.spi.NetworkDevices} only.
 *
 * <p>Safe for concurrent use. Every method blocks until the kernel is done, which it waits for no longer than some
 * seconds, and throws {@link NetlinkException} when the kernel refuses. Needs CAP_NET_ADMIN and CAP_SYS_ADMIN, which a
 * fresh user namespace gives.
 */
public final class NetworkStage implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Kernel kernel;
    private final NamedNamespaces named;

    private NetworkStage(Kernel kernel, NamedNamespaces named) {
        this.kernel = kernel;
        this.named = named;
    }

    /** Over the namespace of the calling thread, with names under {@code /run/netns}. */
    public static NetworkStage open() {
        return open(NamespacePaths.NAMED);
    }

    /** Over the namespace of the calling thread, with names under this directory. */
    public static NetworkStage open(Path directory) {
        return new NetworkStage(Kernel.overCallingThread(NetlinkProbe.NONE), new NamedNamespaces(directory));
    }

    /** The namespace this was opened in. Closing what is returned does not close this. */
    public NetworkNamespace home() {
        return new NetworkNamespace(kernel, kernel.home().reopen());
    }

    /**
     * Makes a namespace; its loopback device is up.
     *
     * @throws InvalidRequestException the name cannot be one
     * @throws NetlinkException the name is taken, or rights are missing
     */
    public NetworkNamespace create(String name) {
        NetworkNamespace created = openPath(named.create(name));
        created.setUp("lo");
        return created;
    }

    /** Opens a namespace by its name. */
    public NetworkNamespace open(String name) {
        return openPath(named.path(name));
    }

    /**
     * Opens a namespace by a path, like {@code /proc/PID/ns/net}.
     *
     * @throws InvalidRequestException the path is missing or is no network namespace
     */
    public NetworkNamespace openPath(Path path) {
        return new NetworkNamespace(kernel, NamespaceFile.open(path));
    }

    /**
     * Takes a namespace's name away. Idempotent. The namespace ends, and its devices with it or to the machine's first
     * namespace, once no process and no open descriptor is left in it.
     */
    public void delete(String name) {
        named.delete(name);
    }

    /** The names there are, sorted. */
    public List<String> names() {
        return named.names();
    }

    /** Lets go of the threads; what was built stays. Idempotent. */
    @Override
    public void close() {
        kernel.close();
    }
}
