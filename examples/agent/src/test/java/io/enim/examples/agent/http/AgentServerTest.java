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
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentServerTest {
    @TempDir
    Path directory;

    private static AgentResponse add(AgentClient client, String name) {
        try {
            return client.post("/v1/add", "name=" + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theSocketIsForItsOwnerAlone() throws IOException {
        try (TestAgent agent = TestAgent.in(directory)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(agent.socket)))
                    .isEqualTo("rw-------");
        }
        assertThat(directory.resolve("agent.sock")).doesNotExist();
    }

    @Test
    void onlyTheSocketItsLockAndTheRecordsAreLeftOfStarting() throws IOException {
        try (TestAgent agent = TestAgent.in(directory);
                var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("agent.sock", "agent.sock.lock");
            assertThat(agent.client().get("/v1/status").status()).isEqualTo(200);
        }
    }

    @Test
    void aUserThatIsNotPermittedIsRefusedAndNothingHappens() throws IOException {
        try (TestAgent agent = TestAgent.permittingNoUser(directory)) {
            AgentResponse agentResponse = agent.client().post("/v1/add", "name=x");
            assertThat(agentResponse.status()).isEqualTo(HttpReply.CNI_ERROR);
            assertThat(agentResponse.body()).contains("101").contains("does not serve user");
            assertThat(agent.manager.calls()).isEmpty();
        }
    }

    @Test
    void aStaleSocketIsReplaced() throws IOException {
        Path socket = directory.resolve("agent.sock");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        try (TestAgent agent = TestAgent.in(directory)) {
            assertThat(agent.client().get("/v1/status").status()).isEqualTo(200);
        }
    }

    @Test
    void aSecondAgentIsRefusedNamingTheFirstWhichGoesOn() throws IOException {
        try (TestAgent agent = TestAgent.in(directory)) {
            assertThatThrownBy(() -> TestAgent.in(directory))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("pid " + ProcessHandle.current().pid())
                    .hasMessageContaining("agent.socket");
            assertThat(agent.client().get("/v1/status").status()).isEqualTo(200);
        }
    }

    @Test
    void aForeignListenerIsNotReplaced() throws IOException {
        Path socket = directory.resolve("agent.sock");
        try (ServerSocketChannel foreign = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            foreign.bind(UnixDomainSocketAddress.of(socket));
            assertThatThrownBy(() -> TestAgent.in(directory)).hasMessageContaining("another program listens");
            assertThat(socket).exists();
        }
    }

    @Test
    void whatIsNoSocketIsNotReplaced() throws IOException {
        Path file = Files.writeString(directory.resolve("agent.sock"), "precious");
        assertThatThrownBy(() -> TestAgent.in(directory)).hasMessageContaining("no socket");
        assertThat(file).hasContent("precious");
    }

    @Test
    void anAgentCanStartAfterOneThatWasRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("agent.sock"), "in the way");
        assertThatThrownBy(() -> TestAgent.in(directory)).isInstanceOf(EniException.class);
        Files.delete(file);
        try (TestAgent agent = TestAgent.in(directory)) {
            assertThat(agent.client().get("/v1/status").status()).isEqualTo(200);
        }
    }

    @Test
    void closingTwiceDoesNotTakeTheSuccessorsSocket() throws IOException {
        TestAgent first = TestAgent.in(directory);
        first.close();
        try (TestAgent second = TestAgent.in(directory)) {
            first.close();
            assertThat(second.client().get("/v1/status").status()).isEqualTo(200);
        }
    }

    @Test
    void closingLetsARequestUnderWayEndAndRefusesNewOnes() {
        TestAgent agent = TestAgent.in(directory);
        CountDownLatch gate = agent.manager.holdAdds();
        CompletableFuture<AgentResponse> underWay = CompletableFuture.supplyAsync(() -> add(agent.client(), "slow"));
        await().until(() -> agent.manager.waitingAdds() == 1);

        CompletableFuture<Void> closing = CompletableFuture.runAsync(agent::close);
        await().until(() -> isRefused(agent));
        assertThat(closing).isNotDone();
        assertThat(underWay).isNotDone();

        gate.countDown();
        assertThat(underWay.join().status()).isEqualTo(200);
        closing.join();
        assertThat(agent.socket).doesNotExist();
        assertThat(agent.manager.assignments()).hasSize(1);
    }

    private static boolean isRefused(TestAgent agent) {
        try {
            return agent.client().get("/v1/status").status() == 503;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void p8_moreThanAdmittedIsToldToTryAgainAtOnceAndReadingGoesOn() throws IOException {
        try (TestAgent agent = TestAgent.admitting(1, directory)) {
            CountDownLatch gate = agent.manager.holdAdds();
            CompletableFuture<AgentResponse> underWay =
                    CompletableFuture.supplyAsync(() -> add(agent.client(), "slow"));
            await().until(() -> agent.manager.waitingAdds() == 1);

            assertThat(add(agent.client(), "more").status()).isEqualTo(503);
            AgentResponse cni = agent.client().post("/cni", "command=ADD");
            assertThat(cni.status()).isEqualTo(HttpReply.CNI_ERROR);
            assertThat(cni.body()).contains("\"code\" : 11");
            assertThat(agent.client().get("/v1/status").status()).isEqualTo(200);

            gate.countDown();
            assertThat(underWay.join().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/cni", "/v1/add", "/v1/gc"})
    void anOversizedBodyIsRefusedWhetherItSaysItsLengthOrNot(String path) throws IOException {
        try (TestAgent agent = TestAgent.in(directory)) {
            String body = "name=" + "x".repeat(TestAgent.MAX_BYTES + 1);
            assertThat(agent.client().post(path, body).body()).contains("longer than " + TestAgent.MAX_BYTES);
            String chunk = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
            assertThat(raw(
                            agent,
                            "POST " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                                    + "Transfer-Encoding: chunked\r\n\r\n" + chunk))
                    .contains("longer than " + TestAgent.MAX_BYTES);
            assertThat(agent.manager.calls()).isEmpty();
        }
    }

    /** Writes the text as it is, and reads until the other end is done. */
    private static String raw(TestAgent agent, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(agent.socket))) {
            ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
            while (out.hasRemaining()) {
                channel.write(out);
            }
            ByteBuffer in = ByteBuffer.allocate(1 << 20);
            while (channel.read(in) >= 0) {
                assertThat(in.hasRemaining()).isTrue();
            }
            return new String(in.array(), 0, in.position(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"command=%", "command=%4", "command=%zz", "command=ADD&command=DEL"})
    void aBrokenFormIsCode7AndNothingHappens(String form) throws IOException {
        try (TestAgent agent = TestAgent.in(directory)) {
            AgentResponse agentResponse = agent.client().post("/cni", form);
            assertThat(agentResponse.status()).isEqualTo(HttpReply.CNI_ERROR);
            assertThat(agentResponse.body()).contains("\"code\" : 7");
            assertThat(agent.manager.calls()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NONSENSE\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"})
    void whatIsNoHttpIsTurnedAwayAndTheAgentGoesOn(String text) throws IOException {
        try (TestAgent agent = TestAgent.in(directory)) {
            assertThat(raw(agent, text)).doesNotContain("200 OK");
            assertThat(agent.client().get("/v1/status").status()).isEqualTo(200);
        }
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
        try (TestAgent agent = TestAgent.in(directory)) {
            String answer = raw(
                    agent,
                    method + " " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 " + status);
        }
    }

    @Test
    void errorsOfTheManagerHaveAStatusAndSayWhetherToTryAgain() throws IOException {
        try (TestAgent agent = TestAgent.in(directory)) {
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
    }

    @Test
    void anEndpointIsFoundByNameAloneIfItIsTheOnlyOne() throws IOException {
        try (TestAgent agent = TestAgent.in(directory)) {
            agent.client().post("/v1/add", "namespace=shop&name=cart&container=c1");
            assertThat(agent.client()
                            .get("/v1/timeline?namespace=shop&name=cart")
                            .body())
                    .contains("\"move\"");
            agent.client().post("/v1/add", "namespace=shop&name=cart&container=c2");
            AgentResponse two = agent.client().get("/v1/timeline?namespace=shop&name=cart");
            assertThat(two.status()).isEqualTo(400);
            assertThat(two.body()).contains("c1", "c2");
            agent.client().post("/v1/del", "namespace=shop&name=cart");
            assertThat(agent.manager.assignments()).isEmpty();
        }
    }
}
