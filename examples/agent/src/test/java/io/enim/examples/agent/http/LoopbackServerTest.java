package io.enim.examples.agent.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.EniManager;
import io.enim.EniSettings;
import io.enim.Health;
import io.enim.SettingsException;
import io.enim.examples.agent.config.HttpSettings;
import io.enim.examples.agent.health.NodeHealth;
import io.enim.examples.agent.testing.InMemoryManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics, probes and the reading routes, as a program of this machine or a page in its browser meets them. */
class LoopbackServerTest {
    private static final EniSettings NODE = EniSettings.builder("node").build();
    private static final String TOKEN = "0123456789abcdef";
    private static final String METRICS =
            "# HELP enim_enis ENIs\n# TYPE enim_enis gauge\nenim_enis{state=\"READY\"} 4\n";

    @TempDir
    Path directory;

    private final InMemoryManager manager = InMemoryManager.dualStack(4);
    private final NodeHealth health = new NodeHealth(manager);
    private LoopbackServer server;

    @BeforeEach
    void start() throws IOException {
        health.serves();
        server = serve(manager, Optional.of(tokenFile()), Duration.ofMinutes(2));
    }

    @AfterEach
    void end() {
        server.close();
    }

    private Path tokenFile() throws IOException {
        Path file = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private LoopbackServer serve(EniManager of, Optional<Path> tokenFile, Duration limit) {
        return LoopbackServer.start(settings("127.0.0.1", 0, tokenFile), api(of), health, limit);
    }

    private OperatorApi api(EniManager of) {
        return new OperatorApi(of, NODE, health, Diagnosis.ofThisProcess(), () -> METRICS);
    }

    private static HttpSettings settings(String host, int port, Optional<Path> tokenFile) {
        try {
            return new HttpSettings(new InetSocketAddress(InetAddress.getByName(host), port), tokenFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int port() {
        return Integer.parseInt(server.address().substring(server.address().lastIndexOf(':') + 1));
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getByName("127.0.0.1"), port());
    }

    /** Writes the text as it is, and reads until the other end is done. */
    private String raw(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private String get(String path, String... headers) throws IOException {
        return raw("GET " + path + " HTTP/1.1\r\nHost: " + server.address() + "\r\n" + String.join("", List.of(headers))
                + "\r\n");
    }

    private String getOrError(String path, String... headers) {
        try {
            return get(path, headers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String withToken(String path) throws IOException {
        return get(path, "Authorization: Bearer " + TOKEN + "\r\n");
    }

    @Test
    void metricsComeInPrometheusFormatAsTheyAre() throws IOException {
        String answer = get("/metrics");
        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n")
                .endsWith("\r\n\r\n" + METRICS);
    }

    @Test
    void p15_healthzSaysThatTheProcessAnswersWhateverTheNodesHealth() throws IOException {
        manager.setHealth(new Health(Health.Status.UNAVAILABLE, List.of("no ENI")));
        assertThat(get("/healthz")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void p15_readyzFollowsTheRuleOfStatusAndHasItsReasons() throws IOException {
        assertThat(get("/readyz")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nHEALTHY\n");
        manager.setHealth(new Health(Health.Status.DEGRADED, List.of("one ENI is in quarantine", "two")));
        assertThat(get("/readyz"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("DEGRADED\n  one ENI is in quarantine\n  two\n");
        manager.setHealth(new Health(Health.Status.UNAVAILABLE, List.of("no ENI")));
        assertThat(get("/readyz")).startsWith("HTTP/1.1 503 ").endsWith("UNAVAILABLE\n  no ENI\n");
        manager.setHealth(Health.healthy());
        health.stops();
        assertThat(get("/readyz")).startsWith("HTTP/1.1 503 ").contains("the agent stops");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/status", "/v1/enis", "/v1/assignments", "/v1/timeline?name=x", "/v1/log-levels"})
    void whatElseThereIsToReadNeedsTheToken(String path) throws IOException {
        assertThat(withToken(path)).startsWith("HTTP/1.1 200 ");
        String refused = get(path);
        assertThat(refused)
                .startsWith("HTTP/1.1 401 ")
                .contains("WWW-Authenticate: Bearer", "WWW-Authenticate: Basic", "agent.http.token-file")
                .doesNotContain("eni-1", TOKEN);
        assertThat(get(path, "Authorization: Bearer " + TOKEN + "0\r\n")).startsWith("HTTP/1.1 401 ");
        server.close();
        server = serve(manager, Optional.empty(), Duration.ofMinutes(2));
        assertThat(withToken(path)).startsWith("HTTP/1.1 403 ").contains("agent.http.token-file is not set");
        assertThat(get("/readyz")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/v1/add?name=x",
        "POST,/v1/gc",
        "POST,/v1/jfr",
        "POST,/v1/log-level",
        "POST,/v1/del?name=x",
        "POST,/cni",
        "PUT,/metrics",
        "DELETE,/v1/enis",
        "OPTIONS,/v1/enis",
        "TRACE,/v1/enis",
        "POST,/metrics",
        "POST,/readyz"
    })
    void p16_nothingIsChangedHere(String method, String path) throws IOException {
        String answer = raw(
                method + " " + path + " HTTP/1.1\r\nHost: " + server.address() + "\r\nAuthorization: Bearer " + TOKEN
                        + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nname=x");
        assertThat(answer).startsWith("HTTP/1.1 405 ").contains("Allow: GET, HEAD");
        assertThat(manager.calls()).isEmpty();
        assertThat(manager.lastAdd()).isEmpty();
        assertThat(manager.lastGc()).isEmpty();
    }

    @Test
    void whatIsUnknownOrMalformedIsRefused() throws IOException {
        assertThat(withToken("/nothing")).startsWith("HTTP/1.1 404 ");
        assertThat(withToken("/v1/timeline?name=%zz")).startsWith("HTTP/1.1 400 ");
        assertThat(withToken("/v1/timeline")).startsWith("HTTP/1.1 400 ");
        assertThat(get("/v1/../metrics")).doesNotStartWith("HTTP/1.1 500 ");
        assertThat(raw("NONSENSE\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(get("/metrics", "X: " + "x".repeat(20_000) + "\r\n")).startsWith("HTTP/1.1 431 ");
        assertThat(get("/healthz")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.1:80", "localhost:9464", "LOCALHOST", "[::1]:80", "127.0.0.2"})
    void thisMachineMayBeCalledByItsNames(String host) throws IOException {
        assertThat(raw("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    /** Names that an attacker's DNS resolves to 127.0.0.1, and what only looks like one of ours. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "attacker.example",
                "attacker.example:80",
                "localhost.attacker.example",
                "127.0.0.1.attacker.example",
                "10.0.0.5",
                "0.0.0.0",
                "[::]",
                "[2001:db8::1]:80",
                "2130706433",
                "127.1",
                "0x7f.0.0.1",
                "127.0.0.1, attacker.example",
                ""
            })
    void aRequestForAnotherHostIsRefusedWithoutAnythingOfThisNode(String host) throws IOException {
        for (String path : List.of("/metrics", "/healthz", "/readyz", "/v1/enis")) {
            String answer = raw(
                    "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + TOKEN + "\r\n\r\n");
            assertThat(answer)
                    .as(path)
                    .matches("(?s)HTTP/1.1 (421|400) .*")
                    .doesNotContain("enim_enis", "HEALTHY", "eni-1");
        }
    }

    @Test
    void aRequestWithoutAHostOrWithTwoIsRefused() throws IOException {
        assertThat(raw("GET /metrics HTTP/1.0\r\n\r\n")).contains(" 421 ").doesNotContain("enim_enis");
        assertThat(raw("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: attacker.example\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("GET http://attacker.example/metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void anAnswerIsNeitherKeptNorEmbeddedByABrowser() throws IOException {
        for (String path : List.of("/metrics", "/readyz", "/v1/enis")) {
            assertThat(get(path))
                    .contains("Cache-Control: no-store", "X-Content-Type-Options: nosniff")
                    .contains("Cross-Origin-Resource-Policy: same-origin")
                    .doesNotContain("Access-Control-Allow", "Server: ");
        }
    }

    @Test
    void headHasNoBody() throws IOException {
        assertThat(raw("HEAD /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n");
    }

    @Test
    void p8_aClientThatSendsAByteNowAndThenIsEndedAndProbesAreAnsweredAgain() throws IOException {
        server.close();
        server = serve(manager, Optional.empty(), Duration.ofMillis(500));
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                slow.add(connect());
            }
            assertThat(endsThoughItSends(slow.get(0))).isTrue();
            await().until(() -> getOrError("/healthz").startsWith("HTTP/1.1 200 "));
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /** Its header would be too long at last: an answer, and not the end alone, would come then. */
    private static boolean endsThoughItSends(Socket socket) throws IOException {
        socket.setSoTimeout(20);
        socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nX: ".getBytes(ISO_8859_1));
        while (true) {
            try {
                socket.getOutputStream().write('x');
                return socket.getInputStream().read() < 0;
            } catch (SocketTimeoutException e) {
                assertThat(socket.isConnected()).isTrue(); // Nothing has come yet: the next byte.
            } catch (IOException e) {
                return true; // A byte came to a closed connection.
            }
        }
    }

    @Test
    void p15_readersThatHangLeaveProbesAndMetricsAlone() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger hanging = new AtomicInteger();
        EniManager hangs = (EniManager) Proxy.newProxyInstance(
                EniManager.class.getClassLoader(), new Class<?>[] {EniManager.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("enis")) {
                        hanging.incrementAndGet();
                        gate.await();
                    }
                    return method.invoke(manager, arguments);
                });
        server.close();
        server = serve(hangs, Optional.of(tokenFile()), Duration.ofMinutes(2));
        String header = "Authorization: Bearer " + TOKEN + "\r\n";
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            answers.add(CompletableFuture.supplyAsync(
                    () -> getOrError("/v1/enis", header), work -> new Thread(work).start()));
        }
        await().until(() -> hanging.get() == 3);
        assertThat(get("/v1/enis", header)).startsWith("HTTP/1.1 503 ").contains("try again later");
        for (String path : List.of("/healthz", "/readyz", "/metrics")) {
            assertThat(get(path)).startsWith("HTTP/1.1 200 ");
        }
        gate.countDown();
        for (CompletableFuture<String> answer : answers) {
            assertThat(answer.get()).startsWith("HTTP/1.1 200 ").contains("eni-1");
        }
    }

    @Test
    void aPortThatIsTakenIsAnErrorThatNamesIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            HttpSettings settings = settings("127.0.0.1", taken.getLocalPort(), Optional.empty());
            assertThatThrownBy(() -> LoopbackServer.start(settings, api(manager), health))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("agent.http.address")
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("choose another port");
        }
    }

    @Test
    void theIpv6AddressOfThisMachineServesToo() throws IOException {
        try (LoopbackServer ipv6 = LoopbackServer.start(settings("::1", 0, Optional.empty()), api(manager), health)) {
            assertThat(ipv6.address()).startsWith("[::1]:");
            int port = Integer.parseInt(ipv6.address().substring("[::1]:".length()));
            try (Socket socket = new Socket(InetAddress.getByName("::1"), port)) {
                socket.getOutputStream()
                        .write(("GET /healthz HTTP/1.1\r\nHost: " + ipv6.address() + "\r\n\r\n").getBytes(ISO_8859_1));
                assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                        .startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void closedItFreesItsPortAndMayBeClosedAgain() throws IOException {
        int port = port();
        server.close();
        server.close();
        try (ServerSocket again = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(again.getLocalPort()).isEqualTo(port);
        }
    }
}
