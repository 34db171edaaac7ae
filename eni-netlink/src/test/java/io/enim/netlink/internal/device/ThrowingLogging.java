package io.enim.netlink.internal.device;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** Until it is closed the logging system fails, as one does whose appender's classes or memory are missing. */
final class ThrowingLogging implements AutoCloseable {
    private final AtomicInteger thrown = new AtomicInteger();
    private final LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();

    ThrowingLogging() {
        logging.addTurboFilter(new TurboFilter() {
            @Override
            public FilterReply decide(
                    Marker marker, Logger logger, Level level, String format, Object[] values, Throwable error) {
                if (logger.getName().startsWith("io.enim.netlink")) {
                    thrown.incrementAndGet();
                    throw new NoClassDefFoundError("a class of the logging system");
                }
                return FilterReply.NEUTRAL;
            }
        });
    }

    boolean hasThrown() {
        return thrown.get() > 0;
    }

    @Override
    public void close() {
        logging.resetTurboFilterList();
    }
}
