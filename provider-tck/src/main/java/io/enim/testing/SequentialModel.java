// SPDX-License-Identifier: Apache-2.0
package io.enim.testing;

import java.util.Optional;

/** The behaviour of an object that one thread uses. States are values with {@code equals}. */
public interface SequentialModel<S, O, A> {
    /** The initial state. */
    S initial();

    /** The state after the operation; empty if this answer is wrong in this state. */
    Optional<S> after(S state, O operation, A answer);
}
