// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.enim.examples.agent.log.RecentLines;

/**
 * Logs one line for each operation, on standard error: standard output belongs to commands. A file that the system property
 * {@code logback.configurationFile} names replaces all of it.
 *
 * <p>In Java, since Logback's reader of XML and the JDK's parser are a seventh of the classes that a start loads. Logback finds
 * it as a service.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    /**
     * A control character in a message becomes a question mark, and the lines of a stack begin with blanks, so that no text of
     * another party makes a log line of its own or is acted on by a terminal.
     */
    private static final String LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %logger{0}:"
            + " %replace(%msg){'[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]',"
            + " '?'}%n%replace(%replace(%ex{full}){'[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}&&[^\n"
            + "\t]]', '?'}){'(?m)^(?=.)', '  '}";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(LINE);
        encoder.start();
        ConsoleAppender<ILoggingEvent> lines = new ConsoleAppender<>();
        lines.setContext(context);
        lines.setName("lines");
        lines.setTarget("System.err");
        lines.setEncoder(encoder);
        lines.start();
        context.getLogger("org.eclipse.jetty").setLevel(Level.WARN);
        // It tells each failed request with its stack; ENIM tells what became of the call.
        context.getLogger("com.baidubce").setLevel(Level.WARN);
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(lines);
        RecentLines recent = new RecentLines(encoder.getLayout());
        recent.setContext(context);
        recent.start();
        root.addAppender(recent);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
