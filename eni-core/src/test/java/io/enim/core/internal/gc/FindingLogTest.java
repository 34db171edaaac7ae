package io.enim.core.internal.gc;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.enim.GcReport;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest.Mode;
import io.enim.core.internal.gc.FindingLog.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FindingLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(FindingLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final FindingLog log = new FindingLog();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    private static Finding finding(String subject, String evidence, Outcome outcome) {
        return new Finding(Kind.DEVICE_MISSING, subject, evidence, "leave it", outcome);
    }

    private int round(Scope scope, Finding... findings) {
        int before = lines.list.size();
        log.add(new GcReport(Instant.EPOCH, Duration.ZERO, Mode.ACT, List.of(findings), 0), scope);
        return lines.list.size() - before;
    }

    @Test
    void whatIsLeftAsItIsIsLoggedOnceThoughItsEvidenceAges() {
        assertThat(round(Scope.EVERYTHING, finding("eni-1", "for 1 s", Outcome.SKIPPED)))
                .isEqualTo(1);
        assertThat(round(Scope.EVERYTHING, finding("eni-1", "for 31 s", Outcome.SKIPPED)))
                .isZero();
        assertThat(round(Scope.EVERYTHING, finding("eni-2", "for 1 s", Outcome.SKIPPED)))
                .isEqualTo(1);
    }

    @Test
    void whatWasGoneForARoundIsLoggedAgainAndARoundOverAssignmentsSaysNothingOfOthers() {
        round(Scope.EVERYTHING, finding("eni-1", "x", Outcome.SKIPPED));
        round(Scope.ASSIGNMENTS);
        assertThat(round(Scope.EVERYTHING, finding("eni-1", "x", Outcome.SKIPPED)))
                .isZero();
        round(Scope.EVERYTHING);
        assertThat(round(Scope.EVERYTHING, finding("eni-1", "x", Outcome.SKIPPED)))
                .isEqualTo(1);
    }

    @Test
    void whatWasDoneOrFailedIsLoggedEachTime() {
        for (Outcome outcome : List.of(Outcome.DONE, Outcome.FAILED)) {
            assertThat(round(Scope.EVERYTHING, finding("eni-1", "x", outcome))).isEqualTo(1);
            assertThat(round(Scope.EVERYTHING, finding("eni-1", "x", outcome))).isEqualTo(1);
        }
    }

    @Test
    void aRoundWithoutFindingsIsNoLine() {
        assertThat(round(Scope.EVERYTHING)).isZero();
    }
}
