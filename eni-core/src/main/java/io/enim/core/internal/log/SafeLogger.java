// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A logger that throws nothing: the logging system is the application's, and what fails there changes no outcome (P15). There is
 * no other place to tell of it, so such a message is lost. Safe for concurrent use.
 */
public final class SafeLogger {
    private final Logger logger;

    private SafeLogger(Logger logger) {
        this.logger = logger;
    }

    public static SafeLogger of(Class<?> type) {
        return of(type.getName());
    }

    public static SafeLogger of(String name) {
        return new SafeLogger(LoggerFactory.getLogger(name));
    }

    /** The last value may be an error, whose stack is logged; so with the other methods. */
    public void debug(String format, @Nullable Object... values) {
        log(() -> logger.debug(format, values));
    }

    public void info(String format, @Nullable Object... values) {
        log(() -> logger.info(format, values));
    }

    public void warn(String format, @Nullable Object... values) {
        log(() -> logger.warn(format, values));
    }

    public void error(String format, @Nullable Object... values) {
        log(() -> logger.error(format, values));
    }

    private static void log(Runnable call) {
        try {
            call.run();
        } catch (Throwable e) {
            // Lost, see above.
        }
    }
}
