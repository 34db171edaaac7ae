package io.enim.examples.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class UnixConnectorTest {
    /** Twice one admitted request and the spare threads. */
    private static final int MOST_CONNECTIONS = 2 * (1 + 12);

    private final Logger jetty = (Logger) LoggerFactory.getLogger("org.eclipse.jetty");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    @TempDir
    Path directory;

    @BeforeEach
    void readTheLog() {
        jetty.setLevel(Level.WARN);
        appender.start();
        jetty.addAppender(appender);
    }

    @AfterEach
    void leaveTheLog() {
        jetty.detachAppender(appender);
    }

    private List<String> logged() {
        return appender.list.stream().map(ILoggingEvent::toString).toList();
    }

    @RepeatedTest(20)
    void aCleanStopLogsNothing() throws IOException {
        try (TestAgent agent = TestAgent.in(directory)) {
            assertThat(agent.client().get("/v1/status").status()).isEqualTo(200);
        }
        assertThat(logged()).isEmpty();
    }

    @Test
    void p19_beyondTheLimitAConnectionWaitsForThePlaceOfAnotherAndNothingIsLogged() throws IOException {
        try (TestAgent agent = TestAgent.admitting(1, directory)) {
            Queue<SocketChannel> idle = new ArrayDeque<>();
            for (int i = 0; i < MOST_CONNECTIONS; i++) {
                idle.add(SocketChannel.open(UnixDomainSocketAddress.of(agent.socket)));
            }
            CompletableFuture<Integer> further = CompletableFuture.supplyAsync(() -> status(agent));
            assertThat(further).isNotDone();
            for (SocketChannel each : idle) {
                each.close();
            }
            assertThat(further.join()).isEqualTo(200);
        }
        assertThat(logged()).isEmpty();
    }

    private static int status(TestAgent agent) {
        try {
            return agent.client().get("/v1/status").status();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
