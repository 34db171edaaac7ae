package io.enim.examples.demo;

import org.jspecify.annotations.Nullable;

/** Something the demo was about to show is not so. */
public final class DemoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        this(message, null);
    }

    DemoException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static void require(boolean so, String otherwise) {
        if (!so) {
            throw new DemoException(otherwise);
        }
    }
}
