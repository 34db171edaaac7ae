package io.enim.examples.agent.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.enim.InvalidRequestException;
import io.enim.examples.agent.diagnosis.LogLevels.State;
import io.enim.testing.ManualClock;
import io.enim.testing.ManualScheduler;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLevelsTest {
    private static final String OPERATIONS = "io.enim.operations";

    private final LoggerContext context = new LoggerContext();
    private final ManualScheduler time = new ManualScheduler(new ManualClock());
    private final LogLevels levels = new LogLevels(context, time);

    @BeforeEach
    void logAsTheAgentDoes() {
        context.getLogger("ROOT").setLevel(Level.INFO);
    }

    private Level level(String logger) {
        return context.getLogger(logger).getEffectiveLevel();
    }

    @Test
    void p15_aLevelIsAsBeforeAfterItsTime() {
        State set = levels.set(OPERATIONS, "DEBUG", Duration.ofMinutes(10));
        assertThat(set.level()).isEqualTo("DEBUG");
        assertThat(level(OPERATIONS)).isEqualTo(Level.DEBUG);
        time.advance(Duration.ofMinutes(10).minusNanos(1));
        assertThat(level(OPERATIONS)).isEqualTo(Level.DEBUG);
        time.advance(Duration.ofNanos(1));
        assertThat(level(OPERATIONS)).isEqualTo(Level.INFO);
        assertThat(context.getLogger(OPERATIONS).getLevel())
                .as("inherited again")
                .isNull();
    }

    @Test
    void aSecondChangeCountsAndTheFirstLevelComesBack() {
        context.getLogger(OPERATIONS).setLevel(Level.WARN);
        levels.set(OPERATIONS, "DEBUG", Duration.ofMinutes(1));
        levels.set(OPERATIONS, "TRACE", Duration.ofMinutes(10));
        time.advance(Duration.ofMinutes(5));
        assertThat(level(OPERATIONS)).isEqualTo(Level.TRACE);
        time.advance(Duration.ofMinutes(5));
        assertThat(level(OPERATIONS)).isEqualTo(Level.WARN);
    }

    @Test
    void theListHasTheDocumentedLoggersAndThoseThatWereChanged() {
        levels.set("io.enim.core.internal.manager.Closer", "DEBUG", Duration.ofSeconds(90));
        List<State> list = levels.list();
        assertThat(list)
                .extracting(State::logger)
                .startsWith("io.enim", OPERATIONS)
                .endsWith("io.enim.core.internal.manager.Closer");
        assertThat(list.get(0)).isEqualTo(new State("io.enim", "INFO", Duration.ZERO, "everything of ENIM"));
        assertThat(list.get(list.size() - 1).remaining()).isEqualTo(Duration.ofSeconds(90));
        time.advance(Duration.ofSeconds(90));
        assertThat(levels.list()).extracting(State::logger).doesNotContain("io.enim.core.internal.manager.Closer");
    }

    /** A name that no logger has would be set without any effect. */
    @Test
    void eachDocumentedLoggerIsOfClassesThatExist() {
        for (State documented : levels.list()) {
            if (!documented.logger().equals(OPERATIONS)) {
                assertThat(LogLevels.class
                                .getClassLoader()
                                .getResource(documented.logger().replace('.', '/')))
                        .as(documented.logger())
                        .isNotNull();
            }
            assertThat(documented.meaning()).isNotBlank();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ROOT",
                "io",
                "io.enimx",
                "software.amazon.awssdk",
                "com.baidubce",
                "org.eclipse.jetty",
                "io.enim.",
                "io.enim.a b"
            })
    void loggersOfOthersWhichMayWriteCredentialsAreRefused(String logger) {
        assertThatThrownBy(() -> levels.set(logger, "DEBUG", Duration.ofMinutes(1)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("credentials");
        assertThat(level("ROOT")).isEqualTo(Level.INFO);
    }

    @Test
    void anUnknownLevelAndATimeThatDoesNotEndAreRefused() {
        for (String level : List.of("", "ALL", "OFF", "debug", "5")) {
            assertThatThrownBy(() -> levels.set(OPERATIONS, level, Duration.ofMinutes(1)))
                    .hasMessageContaining("ERROR, WARN, INFO, DEBUG, TRACE");
        }
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofHours(24).plusNanos(1), Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> levels.set(OPERATIONS, "DEBUG", wrong)).hasMessageContaining("at most 24h");
        }
        assertThat(level(OPERATIONS)).isEqualTo(Level.INFO);
    }
}
