/**
 * What a node agent sees of ENIM: {@link io.enim.EniManager} hands each endpoint an elastic network interface of its
 * own and takes it back.
 *
 * <p>Everything here is a value, an error or a contract. Values are immutable, refuse what cannot be true at
 * construction and may be shared between threads. All errors descend from {@link io.enim.EniException}.
 *
 * <p>Not promised: that two values of different library versions serialize alike. The text forms ({@code parse} and
 * {@code toString} of addresses, endpoints and settings) are stable.
 */
@NullMarked
package io.enim;

import org.jspecify.annotations.NullMarked;
