package io.enim.spi;

import io.enim.CheckReport;
import io.enim.MacAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The network devices of this machine. <i>Home</i> is the namespace the agent runs in.
 *
 * <p>All methods are safe for concurrent use, block no longer than their timeout, and throw
 * {@link io.enim.DeviceException}. A device is known by its {@linkplain Device#identity() identity}, never by name or
 * index alone. Loopback, devices with a default route, bonds and their members, and devices with a master at home are
 * refused ({@link io.enim.DeviceException.Kind#PROTECTED}), and so is a MAC that two devices answer to
 * ({@link io.enim.DeviceException.Kind#AMBIGUOUS}); nothing is changed then (P9).
 */
public interface NetworkDevices extends AutoCloseable {
    /**
     * Opens a namespace and checks, by file descriptor, that it is a network namespace and not home.
     *
     * @throws io.enim.InvalidRequestException the path is missing, is no network namespace, or is home
     */
    Netns open(Path path);

    /** All devices at home, a complete snapshot or an exception. */
    List<Device> hostDevices(Duration timeout);

    /** The device of this identity at home. */
    Optional<Device> find(MacAddress mac, Duration timeout);

    /**
     * The device that left home in this state, at home: also one whose only MAC a tenant changed before it fell back. It
     * may be as dirty as the tenant left it.
     */
    Optional<Device> find(DeviceBaseline home, Duration timeout);

    /** The device of this identity in a namespace. */
    Optional<Device> find(MacAddress mac, Netns netns, Duration timeout);

    /**
     * Waits until the device of this identity is at home. Event-driven.
     *
     * @throws io.enim.DeviceException of kind {@code NOT_FOUND} when it did not appear in time
     */
    Device awaitOnHost(MacAddress mac, Duration timeout);

    /**
     * Moves a device from home into a namespace, gives it its name there and brings it up: one message, which the
     * kernel finishes even when the sender dies. An error may leave the device in the namespace under its old name;
     * {@link #returnToHost} copes with that.
     *
     * @return the device as it is in the namespace
     */
    Device moveIn(Device device, Netns netns, LinkConfig plan, Duration timeout);

    /**
     * Gives a device in a namespace its addresses and routes: one batch in one send. Idempotent: what is there already
     * stays.
     */
    void configure(Device device, Netns netns, LinkConfig plan, Duration timeout);

    /**
     * Compares a device in a namespace with its plan. Changes nothing.
     *
     * @return what differs; a missing device is a difference
     */
    List<CheckReport.Difference> inspect(MacAddress mac, Netns netns, LinkConfig plan, Duration timeout);

    /**
     * Finds the device wherever it is (the given namespace, home, any other it may have got to), makes it clean, brings
     * it home under its name there, or a unique one made from its MAC when that is taken, and reads back that it is
     * there and clean (P2, P13). Idempotent: a clean device at home is only looked at.
     *
     * @param netns where it should be; empty when that is gone or never was
     */
    ReturnReport returnToHost(DeviceBaseline home, Optional<Netns> netns, Duration timeout);

    /**
     * Makes a device at home clean and gives it its name there, as {@link #returnToHost} does, but acts in the host
     * namespace alone: a device that left meanwhile is found {@linkplain ReturnReport.Location#NOT_FOUND nowhere} and is not
     * touched.
     */
    ReturnReport restoreOnHost(DeviceBaseline home, Duration timeout);

    /**
     * Hears of devices that come and go, from now on. Events are hints, called on a thread of the implementation, and
     * listeners return at once.
     *
     * @return ends the subscription when closed
     */
    Subscription watch(Consumer<DeviceEvent> listener);

    /** A subscription; closing it ends it, idempotently. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** Stops threads and closes sockets; devices stay where they are. Idempotent. */
    @Override
    void close();
}
