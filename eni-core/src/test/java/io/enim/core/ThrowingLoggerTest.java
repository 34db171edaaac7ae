package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.enim.Assignment;
import io.enim.EniManager;
import io.enim.GcReport;
import io.enim.provider.fake.device.DeviceFaults.Fault;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** A logging system that fails, as one does whose appender's classes or memory are missing. */
class ThrowingLoggerTest {
    @RegisterExtension
    final TestNode node = new TestNode(2);

    private final AtomicInteger thrown = new AtomicInteger();
    private final LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final TurboFilter throwing = new TurboFilter() {
        @Override
        public FilterReply decide(
                Marker marker, Logger logger, Level level, String format, Object[] values, Throwable error) {
            if (logger.getName().startsWith("io.enim") && !logger.getName().startsWith("io.enim.provider")) {
                thrown.incrementAndGet();
                throw new NoClassDefFoundError("a class of the logging system");
            }
            return FilterReply.NEUTRAL;
        }
    };

    @BeforeEach
    void fail() {
        logging.addTurboFilter(throwing);
    }

    @AfterEach
    void heal() {
        logging.resetTurboFilterList();
    }

    @Test
    void p15_aLoggerThatThrowsChangesNoOutcome() {
        EniManager manager = node.startWarm(2);
        Assignment web = node.add("web");
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
        node.devices().faults().next("returnToHost", Fault.BEFORE);
        manager.del(web.endpoint());
        assertThat(manager.assignments()).extracting(Assignment::phase).containsExactly(Assignment.Phase.QUARANTINED);
        TestNode.only(manager.gc(), GcReport.Kind.QUARANTINED, GcReport.Outcome.DONE);
        node.awaitFree(manager, 2);
        manager.delAsync(manager.addAsync(node.request("next").build()).join().endpoint())
                .join();
        node.awaitFree(manager, 2);
        manager.close();
        assertThat(thrown).hasPositiveValue();
    }
}
