// SPDX-License-Identifier: Apache-2.0
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
 * Builds network namespaces, veth pairs, bridges and addresses, for demos, tests and simulated clouds. ENIM itself moves
 * devices through {@link io.enim.spi.NetworkDevices} only.
 *
 * <p>Safe for concurrent use. Every method blocks until the kernel is done, at most 10 seconds beside the kernel's own
 * lock, and throws {@link NetlinkException} when the kernel refuses. Requires CAP_NET_ADMIN and CAP_SYS_ADMIN, which a new
 * user namespace grants.
 */
public final class NetworkTestbed implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final NetlinkSessions sessions;
    private final NamedNetns namedNetns;

    private NetworkTestbed(NetlinkSessions sessions, NamedNetns namedNetns) {
        this.sessions = sessions;
        this.namedNetns = namedNetns;
    }

    /** With the calling thread's namespace as the host, and named namespaces under {@code /run/netns}. */
    public static NetworkTestbed open() {
        return open(NetnsPaths.NAMED);
    }

    /** With the calling thread's namespace as the host, and named namespaces under this directory. */
    public static NetworkTestbed open(Path directory) {
        return new NetworkTestbed(NetlinkSessions.overCallingThread(NetlinkFailPoint.NONE), new NamedNetns(directory));
    }

    /** The host namespace, on a descriptor of its own: closing the result does not close this. */
    public TestbedNamespace host() {
        return new TestbedNamespace(sessions, sessions.hostNamespace().reopen());
    }

    /**
     * Creates a namespace; its loopback device is up.
     *
     * @throws InvalidRequestException the name is not valid
     * @throws NetlinkException the name is taken, or capabilities are missing
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
     * Deletes a namespace's name. Idempotent. The namespace ends once no process and no open descriptor is left in it; then
     * the kernel deletes its virtual devices and moves hardware to the first namespace of the machine.
     */
    public void delete(String name) {
        namedNetns.delete(name);
    }

    /** The names of all named namespaces, sorted. */
    public List<String> names() {
        return namedNetns.names();
    }

    /** Ends the threads; what was built stays. Idempotent. */
    @Override
    public void close() {
        sessions.close();
    }
}
