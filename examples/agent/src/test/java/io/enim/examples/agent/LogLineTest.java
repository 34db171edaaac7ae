package io.enim.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;

/** What the agent logs of a tenant's or a cloud's texts is one line, and nothing in it acts on a terminal. */
class LogLineTest {
    private static final String FORGED = "2026-01-01T00:00:00Z INFO gc: all is well";
    private static final String HOSTILE = "x\n" + FORGED + "\u001b[2J\u009b2J\u202e\u2028\ud800y";

    private static String logged(String message, Throwable error) {
        LoggerContext context = new LoggerContext();
        new LogConfigurator().configure(context);
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        ConsoleAppender<ILoggingEvent> lines = (ConsoleAppender<ILoggingEvent>) root.getAppender("lines");
        LoggingEvent event = new LoggingEvent("test", root, Level.WARN, message, error, new Object[0]);
        return new String(lines.getEncoder().encode(event), Charset.defaultCharset());
    }

    private static void assertNothingActs(String text) {
        assertThat(text.lines())
                .noneMatch(line -> line.startsWith(FORGED.substring(0, 10)) && line.contains("all is well"));
        assertThat(text.codePoints().filter(c -> c != '\n' && c != '\t'))
                .allMatch(c -> !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT);
        assertThat(text).doesNotContain("\u2028");
    }

    @Test
    void p18_aMessageIsOneLineWithoutControlCharacters() {
        String line = logged(HOSTILE, null);
        assertThat(line.lines())
                .singleElement()
                .asString()
                .contains("x?" + FORGED)
                .endsWith("?y");
        assertNothingActs(line);
    }

    @Test
    void p18_anErrorsStackIsIndentedAndHasNoControlCharacters() {
        String text = logged("failed", new IllegalStateException(HOSTILE, new IllegalArgumentException(HOSTILE)));
        assertThat(text.lines().skip(1)).isNotEmpty().allMatch(line -> line.startsWith("  "));
        assertThat(text).contains("IllegalStateException", "Caused by: ", "\tat io.enim.examples.agent.LogLineTest");
        assertNothingActs(text);
    }
}
