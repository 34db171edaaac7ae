/**
 * The API for node agents: {@link io.enim.EniManager} gives each endpoint an elastic network interface of its own and
 * takes it back.
 *
 * <p>All types are values, errors or contracts. Values are immutable, are validated when they are constructed, and may be
 * shared between threads. All errors descend from {@link io.enim.EniException}.
 *
 * <p>Not promised: that two values of different library versions serialize alike. The text forms ({@code parse} and
 * {@code toString} of addresses, endpoints and settings) are stable.
 */
@NullMarked
package io.enim;

import org.jspecify.annotations.NullMarked;
