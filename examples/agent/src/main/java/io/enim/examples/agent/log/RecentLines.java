// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.Layout;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.LoggerFactory;

/** The latest entries of the log, for reports of faults; at most so many, and each at most so long. Safe for concurrent use. */
public final class RecentLines extends AppenderBase<ILoggingEvent> {
    static final int ENTRIES = 400;
    static final int LONGEST = 4096;
    private static final String NAME = "recent";

    private final Layout<ILoggingEvent> layout;
    private final Deque<String> lines = new ArrayDeque<>();

    public RecentLines(Layout<ILoggingEvent> layout) {
        this.layout = layout;
        setName(NAME);
    }

    @Override
    protected void append(ILoggingEvent event) {
        String text = layout.doLayout(event);
        synchronized (lines) {
            if (lines.size() == ENTRIES) {
                lines.removeFirst();
            }
            lines.addLast(text.length() > LONGEST ? text.substring(0, LONGEST) + "…\n" : text);
        }
    }

    /** Those of this process; a sentence where a configuration of its own replaces the agent's. */
    public static String read() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Appender<ILoggingEvent> appender =
                    context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(NAME);
            if (appender instanceof RecentLines recent) {
                synchronized (recent.lines) {
                    return String.join("", recent.lines);
                }
            }
        }
        return "this agent's log has a configuration of its own, which keeps no lines in memory\n";
    }
}
