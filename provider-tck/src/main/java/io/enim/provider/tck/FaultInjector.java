// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.tck;

import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Makes calls fail at the other side of the wire, one at a time. An emulator can do that; a real cloud cannot, and the
 * rules that need it are skipped there. Methods have the names of the interface under test, like {@code describe}; where
 * one makes several requests, the request of the same name is meant.
 */
public interface FaultInjector {
    /** What goes wrong. */
    enum Fault {
        /** The call gets no answer until {@link #release}. */
        HANG,
        /** The call takes effect, and its answer is lost. */
        LOSE_ANSWER,
        /** The call is refused as one too many. */
        THROTTLE,
        /** The call is refused for its credentials. */
        FORBID
    }

    /** Sets the fault of the next call of this method. */
    void next(String method, Fault fault);

    /** Whether a call hangs now. */
    boolean isHanging();

    /** Lets all calls that hang go on. */
    void release();

    /** Made of its parts. */
    static FaultInjector of(BiConsumer<String, Fault> next, BooleanSupplier isHanging, Runnable release) {
        return new FaultInjector() {
            @Override
            public void next(String method, Fault fault) {
                next.accept(method, fault);
            }

            @Override
            public boolean isHanging() {
                return isHanging.getAsBoolean();
            }

            @Override
            public void release() {
                release.run();
            }
        };
    }
}
