// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import org.jspecify.annotations.Nullable;

/** A check of the demo failed. */
public final class DemoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        this(message, null);
    }

    DemoException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static void require(boolean condition, String message) {
        if (!condition) {
            throw new DemoException(message);
        }
    }
}
