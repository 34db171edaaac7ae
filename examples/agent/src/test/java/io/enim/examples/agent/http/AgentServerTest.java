package io.enim.examples.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.EniException;
import io.enim.SettingsException;
import io.enim.SupersededException;
import io.enim.examples.agent.cli.AgentClient;
import io.enim.examples.agent.cli.AgentClient.AgentResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentServerTest {
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

    private static AgentResponse add(AgentClient client, String name) {
        try {
            return client.post("/v1/add", "name=" + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theSocketsAreForTheirOwnerAlone() throws IOException {
        for (String name : List.of("agent.sock", "agent.sock.cni")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))))
                    .isEqualTo("rw-------");
        }
        agent.close();
        assertThat(directory.resolve("agent.sock")).doesNotExist();
        assertThat(directory.resolve("agent.sock.cni")).doesNotExist();
    }

    @Test
    void onlyTheSocketItsLockAndTheRecordsAreLeftOfStarting() throws IOException {
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("agent.sock", "agent.sock.cni", "agent.sock.lock");
            assertThat(agent.client().get("/v1/status").status()).isEqualTo(200);
        }
    }

    @Test
    void aUserThatIsNotPermittedIsRefusedAndNothingHappens() throws IOException {
        agent.close();
        try (TestAgent strict = TestAgent.permittingNoUser(directory)) {
            AgentResponse answer = strict.client().post("/v1/add", "name=x");
            assertThat(answer.status()).isEqualTo(HttpReply.CNI_ERROR);
            assertThat(answer.body()).contains("101").contains("does not serve user");
            assertThat(strict.manager.calls()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent.sock", "agent.sock.cni"})
    void aStaleSocketIsReplaced(String name) throws IOException {
        agent.close();
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(directory.resolve(name)));
        }
        assertThat(directory.resolve(name)).exists();
        start();
        assertThat(agent.client().get("/v1/status").status()).isEqualTo(200);
    }

    @Test
    void aSecondAgentIsRefusedNamingTheFirstWhichGoesOn() throws IOException {
        assertThatThrownBy(() -> TestAgent.in(directory))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("pid " + ProcessHandle.current().pid())
                .hasMessageContaining("agent.socket");
        assertThat(agent.client().get("/v1/status").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent.sock", "agent.sock.cni"})
    void aForeignListenerIsNotReplaced(String name) throws IOException {
        agent.close();
        try (ServerSocketChannel foreign = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            foreign.bind(UnixDomainSocketAddress.of(directory.resolve(name)));
            assertThatThrownBy(() -> TestAgent.in(directory)).hasMessageContaining("another program listens");
            assertThat(directory.resolve(name)).exists();
        }
    }

    @Test
    void whatIsNoSocketIsNotReplaced() throws IOException {
        agent.close();
        Path file = Files.writeString(agent.socket, "precious");
        assertThatThrownBy(() -> TestAgent.in(directory)).hasMessageContaining("no socket");
        assertThat(file).hasContent("precious");
    }

    @Test
    void anAgentCanStartAfterOneThatWasRefused() throws IOException {
        agent.close();
        Path file = Files.writeString(agent.socket, "in the way");
        assertThatThrownBy(() -> TestAgent.in(directory)).isInstanceOf(EniException.class);
        Files.delete(file);
        start();
        assertThat(agent.client().get("/v1/status").status()).isEqualTo(200);
    }

    @Test
    void closingTwiceDoesNotTakeTheSuccessorsSocket() throws IOException {
        TestAgent first = agent;
        first.close();
        start();
        first.close();
        assertThat(agent.client().get("/v1/status").status()).isEqualTo(200);
    }

    @Test
    void closingLetsARequestUnderWayEndAndRefusesNewOnes() {
        CompletableFuture<Void> gate = agent.manager.holdAdds();
        CompletableFuture<AgentResponse> underWay = CompletableFuture.supplyAsync(() -> add(agent.client(), "slow"));
        await().until(() -> agent.manager.waitingAdds() == 1);

        CompletableFuture<Void> closing = CompletableFuture.runAsync(agent::close);
        await().until(() -> isRefused());
        assertThat(closing).isNotDone();
        assertThat(underWay).isNotDone();

        gate.complete(null);
        assertThat(underWay.join().status()).isEqualTo(200);
        closing.join();
        assertThat(agent.socket).doesNotExist();
        assertThat(agent.manager.assignments()).hasSize(1);
    }

    @RepeatedTest(50)
    void eachConnectionIsAnsweredOrRefusedWhileTheAgentCloses() {
        CompletableFuture<Void> closing = CompletableFuture.runAsync(agent::close);
        await().until(() -> isRefused());
        closing.join();
    }

    private boolean isRefused() {
        try {
            return agent.client().get("/v1/status").status() == 503;
        } catch (IOException e) {
            assertThat(e).hasMessageNotContaining("no answer within");
            return true;
        }
    }

    @Test
    void p8_moreThanAdmittedIsToldToTryAgainAtOnceAndReadingGoesOn() throws IOException {
        agent.close();
        try (TestAgent busy = TestAgent.admitting(1, directory)) {
            CompletableFuture<Void> gate = busy.manager.holdAdds();
            CompletableFuture<AgentResponse> underWay = CompletableFuture.supplyAsync(() -> add(busy.client(), "slow"));
            await().until(() -> busy.manager.waitingAdds() == 1);

            assertThat(add(busy.client(), "more").status()).isEqualTo(503);
            AgentResponse cni = busy.client().post("/cni", "command=ADD");
            assertThat(cni.status()).isEqualTo(HttpReply.CNI_ERROR);
            assertThat(cni.body()).contains("\"code\" : 11");
            assertThat(busy.client().get("/v1/status").status()).isEqualTo(200);

            gate.complete(null);
            assertThat(underWay.join().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/cni", "/v1/add", "/v1/gc"})
    void anOversizedBodyIsRefusedWhetherItSaysItsLengthOrNot(String path) throws IOException {
        String body = "name=" + "x".repeat(TestAgent.MAX_BYTES + 1);
        assertThat(agent.client().post(path, body).body()).contains("longer than " + TestAgent.MAX_BYTES);
        String chunk = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
        assertThat(raw("POST " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n" + chunk))
                .contains("longer than " + TestAgent.MAX_BYTES);
        assertThat(agent.manager.calls()).isEmpty();
    }

    /** Writes the text as it is, and reads until the other end is done. */
    private String raw(String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(agent.socket))) {
            Channels.newOutputStream(channel).write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"command=%", "command=%4", "command=%zz", "command=ADD&command=DEL"})
    void aBrokenFormIsCode7AndNothingHappens(String form) throws IOException {
        AgentResponse answer = agent.client().post("/cni", form);
        assertThat(answer.status()).isEqualTo(HttpReply.CNI_ERROR);
        assertThat(answer.body()).contains("\"code\" : 7");
        assertThat(agent.manager.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"NONSENSE\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"})
    void whatIsNoHttpIsTurnedAwayAndTheAgentGoesOn(String text) throws IOException {
        assertThat(raw(text)).doesNotContain("200 OK");
        assertThat(agent.client().get("/v1/status").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/nothing,404",
        "POST,/v1/nothing,404",
        "PUT,/v1/add,405",
        "GET,/metrics,200",
        "GET,/v1/enis,200",
        "GET,/v1/assignments,200",
        "GET,/v1/timeline?name=x,200",
        "GET,/v1/timeline,400"
    })
    void eachAddressAnswersAsItShould(String method, String path, int status) throws IOException {
        String answer =
                raw(method + " " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void errorsOfTheManagerHaveAStatusAndSayWhetherToTryAgain() throws IOException {
        assertThat(agent.client().post("/v1/add", "name=a%20b").status()).isEqualTo(400);
        agent.manager.failWith(new SupersededException("a DEL came"));
        assertThat(add(agent.client(), "x").status()).isEqualTo(409);
        for (int i = 0; i < 4; i++) {
            assertThat(add(agent.client(), "pod-" + i).status()).isEqualTo(200);
        }
        AgentResponse none = add(agent.client(), "one-too-many");
        assertThat(none.status()).isEqualTo(503);
        assertThat(none.body()).contains("NoEniAvailableException", "\"retryable\" : true", "4 IN_USE");
    }

    @Test
    void anEndpointIsFoundByNameAloneIfItIsTheOnlyOne() throws IOException {
        agent.client().post("/v1/add", "namespace=shop&name=cart&container=c1");
        assertThat(agent.client().get("/v1/timeline?namespace=shop&name=cart").body())
                .contains("\"move\"");
        agent.client().post("/v1/add", "namespace=shop&name=cart&container=c2");
        AgentResponse two = agent.client().get("/v1/timeline?namespace=shop&name=cart");
        assertThat(two.status()).isEqualTo(400);
        assertThat(two.body()).contains("c1", "c2");
        agent.client().post("/v1/del", "namespace=shop&name=cart");
        assertThat(agent.manager.assignments()).isEmpty();
    }
}
