package io.enim.netlink.testbed;

import io.enim.InvalidRequestException;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.netns.NamedNetns;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.NetnsHandle;
import io.enim.netlink.internal.netns.NetnsPaths;
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
public final class NetworkTestbed implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final NetlinkSessions sessions;
    private final NamedNetns namedNetns;

    private NetworkTestbed(NetlinkSessions kernel, NamedNetns named) {
        this.sessions = kernel;
        this.namedNetns = named;
    }

    /** Over the namespace of the calling thread, with names under {@code /run/netns}. */
    public static NetworkTestbed open() {
        return open(NetnsPaths.NAMED);
    }

    /** Over the namespace of the calling thread, with names under this directory. */
    public static NetworkTestbed open(Path directory) {
        return new NetworkTestbed(NetlinkSessions.overCallingThread(NetlinkFailPoint.NONE), new NamedNetns(directory));
    }

    /** The namespace this was opened in. Closing what is returned does not close this. */
    public TestbedNamespace host() {
        return new TestbedNamespace(sessions, sessions.hostNamespace().reopen());
    }

    /**
     * Makes a namespace; its loopback device is up.
     *
     * @throws InvalidRequestException the name cannot be one
     * @throws NetlinkException the name is taken, or rights are missing
     */
    public TestbedNamespace create(String name) {
        TestbedNamespace created = openPath(namedNetns.create(name));
        created.setUp("lo");
        return created;
    }

    /** Opens a namespace by its name. */
    public TestbedNamespace open(String name) {
        return openPath(namedNetns.path(name));
    }

    /**
     * Opens a namespace by a path, like {@code /proc/PID/ns/net}.
     *
     * @throws InvalidRequestException the path is missing or is no network namespace
     */
    public TestbedNamespace openPath(Path path) {
        return new TestbedNamespace(sessions, NetnsHandle.open(path));
    }

    /**
     * Takes a namespace's name away. Idempotent. The namespace ends, and its devices with it or to the machine's first
     * namespace, once no process and no open descriptor is left in it.
     */
    public void delete(String name) {
        namedNetns.delete(name);
    }

    /** The names there are, sorted. */
    public List<String> names() {
        return namedNetns.names();
    }

    /** Lets go of the threads; what was built stays. Idempotent. */
    @Override
    public void close() {
        sessions.close();
    }
}
