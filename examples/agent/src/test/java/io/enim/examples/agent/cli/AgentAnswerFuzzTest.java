package io.enim.examples.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.testing.FuzzTarget;
import java.io.IOException;
import java.util.List;

/** The bytes that whatever listens on the agent's socket answers to the command line. */
public final class AgentAnswerFuzzTest extends FuzzTarget {
    @Override
    protected List<byte[]> inputs() {
        return texts(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: \u001b[2J\r\n\r\n{}",
                "HTTP/1.1 20x OK\r\n\r\n",
                "HTTP/1.\r\n\r\n",
                "HTTP/1.1 404\r\n\r\nno");
    }

    public static void fuzzerTestOneInput(byte[] input) {
        readOrRefused(() -> assertThat(AgentClient.parse(input).status()).isBetween(0, 999), IOException.class);
    }
}
