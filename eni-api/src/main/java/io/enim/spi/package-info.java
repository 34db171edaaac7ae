/**
 * What ENIM asks of the machine it runs on: network devices and namespaces ({@link io.enim.spi.NetworkDevices}), and
 * who is alive ({@link io.enim.spi.Liveness}).
 *
 * <p>Implementations are safe for concurrent use and hold no lock of the caller's. Failures are
 * {@link io.enim.DeviceException}s; a namespace path that can never be right is an
 * {@link io.enim.InvalidRequestException}.
 */
@NullMarked
package io.enim.spi;

import org.jspecify.annotations.NullMarked;
