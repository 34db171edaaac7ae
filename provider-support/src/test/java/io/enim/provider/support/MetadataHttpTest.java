package io.enim.provider.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.support.MetadataHttp.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetadataHttpTest {
    private final List<String> requests = new ArrayList<>();
    private HttpServer server;
    private MetadataHttp http;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("X-Token"));
            String path = exchange.getRequestURI().getPath();
            String text = path.equals("/long") ? "x".repeat(100_000) : " value\n";
            byte[] body = text.getBytes(StandardCharsets.US_ASCII);
            exchange.getResponseHeaders().add("Location", "/value");
            exchange.sendResponseHeaders(path.equals("/moved") ? 302 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        http = new MetadataHttp(endpoint, Duration.ofSeconds(10), 3, "or set zone");
    }

    @AfterEach
    void close() {
        Thread.interrupted();
        server.stop(0);
    }

    @Test
    void methodAndHeadersAreSentAndTheValueIsTrimmed() {
        Answer answer = http.send("PUT", "/value", Map.of("X-Token", "t"));
        assertThat(answer).isEqualTo(new Answer(200, "value"));
        assertThat(answer.hasValue()).isTrue();
        assertThat(requests).containsExactly("PUT /value t");
    }

    @Test
    void redirectsAreNotFollowedAndLongAnswersAreCut() {
        assertThat(http.send("GET", "/moved", Map.of())).isEqualTo(new Answer(302, ""));
        assertThat(requests).hasSize(1);
        assertThat(http.send("GET", "/long", Map.of()).body()).hasSize(4096);
    }

    @Test
    void silenceIsRetryableAndNamesWhatAvoidsTheQuestion() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            MetadataHttp asking = new MetadataHttp(
                    URI.create("http://127.0.0.1:" + silent.getLocalPort()), Duration.ofMillis(50), 1, "or set zone");
            assertThatThrownBy(() -> asking.send("GET", "/zone", Map.of()))
                    .isInstanceOf(RetryableProviderException.class)
                    .hasFieldOrPropertyWithValue("refusal", Refusal.UNAVAILABLE)
                    .hasMessageContaining("/zone: no answer within 50 ms; or set zone");
        }
    }

    @Test
    void aQuestionIsRepeatedAndTheFirstErrorKeepsTheOthers() {
        List<String> outcomes = new ArrayList<>(List.of("", "", "value"));
        assertThat(http.repeat(() -> ask(outcomes))).isEqualTo("value");
        assertThatThrownBy(() -> http.repeat(() -> ask(new ArrayList<>(List.of("")))))
                .isInstanceOf(RetryableProviderException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
    }

    @Test
    void cld41_anInterruptEndsRepeatingAndStaysSet() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> http.repeat(() -> ask(new ArrayList<>())))
                .isInstanceOf(RetryableProviderException.class)
                .hasNoSuppressedExceptions();
        assertThat(Thread.interrupted()).isTrue();
    }

    private String ask(List<String> outcomes) {
        String outcome = outcomes.isEmpty() ? "" : outcomes.remove(0);
        if (outcome.isEmpty()) {
            throw http.unavailable("/zone", "status 500", null);
        }
        return outcome;
    }
}
