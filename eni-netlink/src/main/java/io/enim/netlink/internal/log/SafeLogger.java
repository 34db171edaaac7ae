// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A logger that throws nothing, as the manager's: the logging system is the application's, and what fails there changes no
 * outcome (P15). Such a message is lost. Safe for concurrent use.
 */
public final class SafeLogger {
    private final Logger logger;

    private SafeLogger(Logger logger) {
        this.logger = logger;
    }

    public static SafeLogger of(Class<?> type) {
        return new SafeLogger(LoggerFactory.getLogger(type));
    }

    /** The last value may be an error, whose stack is logged; so with the other methods. */
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
