package io.enim.core.check;

import java.util.Optional;

/** What an object does when it is used by one thread. States are values with {@code equals}. */
public interface SequentialModel<S, O, A> {
    /** The state in which it begins. */
    S initial();

    /** The state after the operation, if it may answer so in this state. */
    Optional<S> after(S state, O operation, A answer);
}
