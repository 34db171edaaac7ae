/**
 * The way of a device into a namespace and home again: ENIM beside the kernel's own cost and what a user would pick
 * instead. Entry: {@link io.enim.benchmarks.device.DevicePart}. Runs in namespaces of its own.
 */
@NullMarked
package io.enim.benchmarks.device;

import org.jspecify.annotations.NullMarked;
