/**
 * The SPI for the machine: network devices and namespaces ({@link io.enim.spi.NetworkDevices}), and the liveness of
 * endpoints ({@link io.enim.spi.Liveness}).
 *
 * <p>Implementations are safe for concurrent use and hold no lock of the caller's. Failures are
 * {@link io.enim.DeviceException}s; a namespace path that is never valid is an
 * {@link io.enim.InvalidRequestException}.
 */
@NullMarked
package io.enim.spi;

import org.jspecify.annotations.NullMarked;
