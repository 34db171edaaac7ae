/**
 * The move of a device into a namespace and back to the host: ENIM beside the kernel's own cost and the alternatives a user
 * would choose. Entry: {@link io.enim.benchmarks.device.DevicePart}. Runs in namespaces of its own.
 */
@NullMarked
package io.enim.benchmarks.device;

import org.jspecify.annotations.NullMarked;
