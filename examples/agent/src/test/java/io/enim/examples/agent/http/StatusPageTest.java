package io.enim.examples.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser is told beside the page, and what a page of another site cannot make it do. */
class StatusPageTest {
    @TempDir
    Path directory;

    private TestAgent agent;

    @BeforeEach
    void start() {
        agent = TestAgent.in(directory);
    }

    @AfterEach
    void end() {
        agent.close();
    }

    /** The whole answer with its head. */
    private String ask(String request, String... headers) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(agent.socket));
            String text = request + " HTTP/1.1\r\nConnection: close\r\n"
                    + List.of(headers).stream().map(line -> line + "\r\n").reduce("", String::concat) + "\r\n";
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void thePageLoadsNothingFromElsewhereAndRunsItsOwnScriptAlone() throws IOException {
        String page = ask("GET /", "Host: localhost:8080");
        String head = page.substring(0, page.indexOf("\r\n\r\n"));
        assertThat(head)
                .startsWith("HTTP/1.1 200")
                .contains("Content-Type: text/html; charset=utf-8", "Cache-Control: no-store")
                .contains("X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer")
                .contains("default-src 'none'", "frame-ancestors 'none'", "script-src 'sha256-", "style-src 'sha256-")
                .contains("require-trusted-types-for 'script'")
                .doesNotContain("unsafe");
        String body = page.substring(page.indexOf("\r\n\r\n"));
        assertThat(Pattern.compile("(?i)(src|href)=\"(?!#|data:,)")
                        .matcher(body)
                        .find())
                .isFalse();
        assertThat(body.replace("http://www.w3.org/2000/svg", ""))
                .doesNotContain("http:", "https:", "innerHTML")
                .doesNotContainPattern("<[^>]* on\\w+=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/node", "/v1/status", "/metrics", "/v1/about", "/nothing"})
    void noAnswerIsKeptOrTakenForAPage(String path) throws IOException {
        assertThat(ask("GET " + path, "Host: agent"))
                .contains("Cache-Control: no-store", "X-Content-Type-Options: nosniff")
                .contains("Content-Security-Policy: default-src 'none'");
    }

    @Test
    void aPageOfAnotherSiteChangesNothing() throws IOException {
        for (String origin : List.of("http://evil.example", "null", "http://localhost:8080")) {
            assertThat(ask(
                            "POST /v1/add?",
                            "Host: localhost:8080",
                            "Origin: " + origin,
                            "Content-Length: 6",
                            "\r\nname=x"))
                    .startsWith("HTTP/1.1 403");
        }
        assertThat(agent.manager.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8080", "10.0.0.5", "127.evil.example", "localhost.example"})
    void aNameOfAnotherSiteThatLeadsHereReadsNothing(String host) throws IOException {
        assertThat(ask("GET /v1/node", "Host: " + host)).startsWith("HTTP/1.1 403");
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent", "localhost", "localhost:8080", "127.0.0.1:9", "[::1]:8080", "x"})
    void itsOwnNamesAreServed(String host) throws IOException {
        assertThat(ask("GET /v1/node", "Host: " + host)).startsWith("HTTP/1.1 200");
    }
}
