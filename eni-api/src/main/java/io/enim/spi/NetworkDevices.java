// SPDX-License-Identifier: Apache-2.0
package io.enim.spi;

import io.enim.CheckReport;
import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.Heartbeat;
import io.enim.MacAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The network devices of this machine. The <i>host</i> is the network namespace that the agent runs in.
 *
 * <p>All methods are safe for concurrent use, block no longer than their timeout, and throw
 * {@link io.enim.DeviceException}. A device is identified by its {@linkplain Device#identity() MAC}, never by name or
 * index alone. Loopback, bonds and their members, and devices with a master on the host are refused
 * ({@link io.enim.DeviceException.Kind#PROTECTED}), and so is a MAC that two devices have
 * ({@link io.enim.DeviceException.Kind#AMBIGUOUS}); nothing is changed then (P9). A device with a default route is not moved;
 * {@link #restoreOnHost} takes it over first, unless the host has no other default route.
 */
public interface NetworkDevices extends AutoCloseable {
    /**
     * Opens a namespace and checks, by file descriptor, that it is a network namespace and not the host's.
     *
     * @throws io.enim.InvalidRequestException the path is missing, is no network namespace, or is the host's
     */
    Netns open(Path path);

    /** All devices on the host, a complete snapshot or an exception. */
    List<Device> hostDevices(Duration timeout);

    /** The device of this identity on the host. */
    Optional<Device> find(MacAddress mac, Duration timeout);

    /**
     * The device of this baseline on the host: also one without a permanent MAC whose MAC a tenant changed before it fell
     * back. It may be as dirty as the tenant left it.
     */
    Optional<Device> find(DeviceBaseline baseline, Duration timeout);

    /** The device of this identity in a namespace. */
    Optional<Device> find(MacAddress mac, Netns netns, Duration timeout);

    /**
     * Searches every namespace of this machine but the host's for a device, and changes nothing. Slow: every namespace is
     * entered. A layer that cannot search answers that it found none.
     *
     * @return the namespace that has the device, for the caller to close; empty when none has
     * @throws io.enim.DeviceException not every namespace could be searched, and the device was found in no other
     */
    default Optional<Netns> locate(DeviceBaseline baseline, Duration timeout) {
        return Optional.empty();
    }

    /**
     * Waits until the device of this identity is on the host. Event-driven.
     *
     * @throws io.enim.DeviceException of kind {@code NOT_FOUND} when it did not appear in time
     */
    Device awaitOnHost(MacAddress mac, Duration timeout);

    /**
     * Moves a device from the host into a namespace, renames it and brings it up: one message, which the kernel finishes even
     * when the sender dies. An error may leave the device in the namespace under its old name; {@link #returnToHost}
     * handles that.
     *
     * @return the device in the namespace
     */
    Device moveIn(Device device, Netns netns, LinkConfig config, Duration timeout);

    /**
     * Configures the addresses and routes of a device in a namespace: one batch in one send. A {@linkplain LinkConfig#hostLink
     * host link} is made before, and its routes are in that batch. Idempotent: what exists already stays, and what is missing
     * of a host link is added. After an error part of it may be there; {@link #returnToHost} removes the host link.
     */
    void configure(Device device, Netns netns, LinkConfig config, Duration timeout);

    /**
     * Compares a device in a namespace with its configuration. Changes nothing.
     *
     * @return the differences; a missing device is one
     */
    List<CheckReport.Difference> inspect(MacAddress mac, Netns netns, LinkConfig config, Duration timeout);

    /**
     * Finds the device in the given namespace, on the host, or in any other namespace, cleans it, returns it to the host
     * under the name of its baseline, or a unique one derived from its MAC when that is taken, and reads back that it is
     * there and clean (P2, P13). Before all that, the ENI's host link is removed, wherever a tenant has moved its end to.
     * Idempotent: a clean device on the host is only read.
     *
     * @param netns where it should be; empty when that namespace is gone or never existed
     */
    ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout);

    /**
     * Cleans and renames a device on the host as {@link #returnToHost} does, but acts on the host only: a device that left
     * meanwhile is {@linkplain ReturnReport.Location#NOT_FOUND not found}, and neither it nor its host link is changed. The host
     * link of one that is there is removed too. A device that software of the host configured is taken over: it is taken down,
     * and its addresses, routes and rules are removed (P20). So the caller passes the device of an ENI that the cloud lists as
     * this node's, never the instance's first interface.
     */
    ReturnReport restoreOnHost(DeviceBaseline baseline, Duration timeout);

    /**
     * The ENIs, by their identity, that have a host link: their ends on the host, recognized by a name and a MAC that are made
     * from the ENI's. Changes nothing.
     *
     * @implSpec none, as is true where {@link #configure} makes none
     */
    default Set<MacAddress> hostLinks(Duration timeout) {
        return Set.of();
    }

    /**
     * Removes the host link of an ENI, both ends. Idempotent; a device of other software is never removed (P9).
     *
     * @implSpec does nothing, as is right where {@link #configure} makes none
     */
    default void removeHostLink(MacAddress mac, Duration timeout) {}

    /**
     * Searches every namespace of this machine that can be seen for devices that are stacked on a device of the host, as
     * macvlan and vlan are. One that a tenant left in another namespace would hear and answer for the next endpoint (P13), so
     * that an ENI is not offered again while there is one, or while a namespace could not be searched. Changes nothing. Slow,
     * and meant for the time when no endpoint waits for the ENI; calls of several threads share a search.
     *
     * @implSpec finds none, as is true where namespaces are not the kernel's
     */
    default UpperDevices upperDevices(MacAddress mac, Duration timeout) {
        return UpperDevices.NONE;
    }

    /**
     * Makes a network namespace with its loopback up, and a file at this path over which it is mounted, as {@code ip netns add}
     * does.
     *
     * @throws DeviceException the path is taken, or the kernel refused; nothing was made, or {@link #removeNamespace}
     *     removes it
     * @implSpec refuses
     */
    default void createNamespace(Path path, Duration timeout) {
        throw new DeviceException(Kind.KERNEL, "create namespace", path.toString(), "this device layer makes none");
    }

    /**
     * Removes the file of a namespace, also one over which none is mounted. The namespace ends when nothing else holds it, and
     * devices in it fall back to the host. Idempotent.
     *
     * @implSpec refuses
     */
    default void removeNamespace(Path path, Duration timeout) {
        throw new DeviceException(Kind.KERNEL, "remove namespace", path.toString(), "this device layer makes none");
    }

    /**
     * Tells the listener of changes of devices, from now on. Events are hints, delivered on a thread of the implementation;
     * listeners return at once.
     *
     * @return the subscription
     */
    Subscription watch(Consumer<DeviceEvent> listener);

    /** A subscription, ended by closing it. Idempotent. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * What the threads of the implementation do, for the manager's health (P15). Does not block.
     *
     * @implSpec tells nothing, as is right for one without threads
     */
    default List<Heartbeat> heartbeats() {
        return List.of();
    }

    /** Stops threads and closes sockets; devices stay where they are. Idempotent. */
    @Override
    void close();
}
