package io.enim.examples.agent.plugin;

import static io.enim.examples.agent.plugin.FrameClient.CONFIG;
import static io.enim.examples.agent.plugin.FrameClient.call;
import static io.enim.examples.agent.plugin.FrameClient.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.examples.agent.cni.CniMetrics;
import io.enim.examples.agent.cni.CniService;
import io.enim.examples.agent.cni.RequestLimits;
import io.enim.examples.agent.plugin.FrameClient.Answer;
import io.enim.examples.agent.socket.PeerCheck;
import io.enim.examples.agent.testing.InMemoryManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PluginServerTest {
    private static final int MAX_BYTES = 4096;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    Path directory;

    private final InMemoryManager manager = InMemoryManager.dualStack(4);
    private final RequestLimits limits = new RequestLimits(2, MAX_BYTES);
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private PluginServer serve(CniMetrics metrics, PeerCheck check, int maxConnections, Duration patience)
            throws IOException {
        CniService cni = new CniService(manager, Duration.ofSeconds(30), metrics);
        PluginServer server = new PluginServer(cni, limits, check, maxConnections, patience, LONG);
        server.start(socket());
        open.add(server);
        return server;
    }

    private PluginServer serve(int maxConnections, Duration patience) throws IOException {
        return serve(CniMetrics.NONE, new PeerCheck(user -> true), maxConnections, patience);
    }

    private PluginServer serve() throws IOException {
        return serve(16, LONG);
    }

    private Path socket() {
        return directory.resolve("s");
    }

    private FrameClient client() throws IOException {
        FrameClient client = new FrameClient(socket());
        open.add(0, client);
        return client;
    }

    private Answer answered(ByteBuffer frame) throws IOException {
        try (FrameClient client = new FrameClient(socket())) {
            return client.send(frame).answer();
        }
    }

    @Test
    void aCallIsAnsweredWithWhatThePluginPrints() throws IOException {
        serve();
        Answer add = answered(call("ADD", "c1", CONFIG));
        assertThat(add.status()).isZero();
        assertThat(add.output()).startsWith("{").endsWith("}\n").contains("\"ips\"");
        assertThat(answered(call("DEL", "c1", CONFIG))).isEqualTo(new Answer(0, ""));
        assertThat(answered(call("ADD", "a/b", CONFIG)).code()).isEqualTo(4);
        assertThat(manager.assignments()).isEmpty();
    }

    @Test
    void aCallMayArriveByteByByte() throws IOException {
        serve();
        FrameClient slow = client();
        ByteBuffer frame = call("ADD", "c1", CONFIG);
        while (frame.hasRemaining()) {
            slow.send(ByteBuffer.wrap(new byte[] {frame.get()}));
        }
        assertThat(slow.answer().status()).isZero();
    }

    @Test
    void anotherProtocolIsRefusedAtOnce() throws IOException {
        serve();
        assertThat(answered(frame("POST", 0, 0, new byte[0])).code()).isEqualTo(6);
        assertThat(manager.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {MAX_BYTES, Integer.MAX_VALUE, -1})
    void p19_aCallThatIsTooLongIsRefusedByItsHeader(int length) throws IOException {
        serve();
        assertThat(answered(frame("ENI1", length, 1, new byte[0])).code()).isEqualTo(7);
        assertThat(answered(frame("ENI1", 1, length, new byte[0])).code()).isEqualTo(7);
        assertThat(answered(frame("ENI1", length, length, new byte[3 * MAX_BYTES]))
                        .code())
                .isEqualTo(7);
        assertThat(manager.calls()).isEmpty();
        assertThat(answered(call("ADD", "c1", CONFIG)).status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CNI_COMMAND=ADD", "CNI_COMMAND\0", "CNI_COMMAND=ADD\0CNI_COMMAND=DEL\0", "", "\0"})
    void malformedVariablesAreCode4AndNothingHappens(String variables) throws IOException {
        serve();
        assertThat(answered(call(variables, CONFIG)).code()).isEqualTo(4);
        assertThat(manager.calls()).isEmpty();
    }

    @Test
    void aUserThatIsNotPermittedIsRefused() throws IOException {
        serve(CniMetrics.NONE, new PeerCheck(user -> false), 16, LONG);
        assertThat(answered(call("ADD", "c1", CONFIG)).code()).isEqualTo(101);
        assertThat(manager.calls()).isEmpty();
    }

    @Test
    void p8_aPluginThatDoesNotSendItsCallIsDropped() throws IOException {
        serve(16, SHORT);
        assertThat(client().isDropped()).isTrue();
        assertThat(client().send(call("ADD", "c1", CONFIG).limit(20)).isDropped())
                .isTrue();
        assertThat(answered(call("ADD", "c1", CONFIG)).status()).isZero();
    }

    @Test
    void p8_aPluginThatKeepsItsConnectionIsDroppedAfterItsAnswer() throws IOException {
        serve(16, SHORT);
        FrameClient lingering = client().send(call("STATUS", "", CONFIG));
        assertThat(lingering.answer()).isEqualTo(new Answer(0, ""));
        assertThat(lingering.isDropped()).isTrue();
    }

    @Test
    void p8_moreThanAdmittedIsToldToTryAgainAtOnce() throws IOException {
        serve();
        CompletableFuture<Void> gate = manager.holdAdds();
        FrameClient first = client().send(call("ADD", "c1", CONFIG));
        FrameClient second = client().send(call("ADD", "c2", CONFIG));
        await().until(() -> manager.waitingAdds() == 2);
        assertThat(answered(call("ADD", "c3", CONFIG)).code()).isEqualTo(11);
        gate.complete(null);
        assertThat(first.answer().status()).isZero();
        assertThat(second.answer().status()).isZero();
        assertThat(answered(call("ADD", "c3", CONFIG)).status()).isZero();
    }

    @Test
    void p19_furtherConnectionsWaitForAPlace() throws IOException {
        serve(1, LONG);
        FrameClient first = client();
        FrameClient second = client().send(call("ADD", "c2", CONFIG));
        assertThat(first.send(call("ADD", "c1", CONFIG)).answer().status()).isZero();
        assertThat(manager.assignments()).hasSize(1);
        first.close();
        assertThat(second.answer().status()).isZero();
    }

    @Test
    void p15_anErrorCostsItsOwnCallAndNoPlace() throws IOException {
        serve(
                (command, code, took) -> {
                    throw new LinkageError("broken");
                },
                new PeerCheck(user -> true),
                16,
                LONG);
        for (int i = 0; i < 4; i++) {
            assertThat(answered(call("STATUS", "", CONFIG)).code()).isEqualTo(199);
        }
    }

    @Test
    void p16_anAddWhosePluginHasEndedIsUndone() throws IOException {
        serve();
        CompletableFuture<Void> gate = manager.holdAdds();
        FrameClient killed = client().send(call("ADD", "c1", CONFIG));
        await().until(() -> manager.waitingAdds() == 1);
        killed.close();
        await().until(() -> manager.waitingAdds() == 0);
        gate.complete(null);
        assertThat(manager.assignments()).isEmpty();
        assertThat(answered(call("ADD", "c2", CONFIG)).status()).isZero();
    }

    @Test
    void whatFollowsACallEndsItsConnection() throws IOException {
        serve();
        CompletableFuture<Void> gate = manager.holdAdds();
        FrameClient client = client().send(call("ADD", "c1", CONFIG));
        await().until(() -> manager.waitingAdds() == 1);
        assertThat(client.send(ByteBuffer.wrap(new byte[] {1})).isDropped()).isTrue();
        await().until(() -> manager.waitingAdds() == 0);
        gate.complete(null);
    }

    @Test
    void closingAnswersWhatRunsAndDropsTheRest() throws IOException {
        PluginServer server = serve();
        CompletableFuture<Void> gate = manager.holdAdds();
        FrameClient running = client().send(call("ADD", "c1", CONFIG));
        FrameClient incomplete = client().send(call("ADD", "c2", CONFIG).limit(20));
        await().until(() -> manager.waitingAdds() == 1);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
        assertThat(incomplete.isDropped()).isTrue();
        assertThat(closing).isNotDone();
        gate.complete(null);
        assertThat(running.answer().status()).isZero();
        closing.join();
        assertThat(manager.calls()).containsExactly("add default/c1/c1/eth0");
    }

    @RepeatedTest(50)
    void eachCallIsAnsweredOrDroppedWhileTheServerCloses() throws IOException {
        PluginServer server = serve();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
        await().until(() -> {
            try (FrameClient client = new FrameClient(socket())) {
                client.send(call("STATUS", "", CONFIG));
                return client.isDropped();
            } catch (IOException refused) {
                return true;
            }
        });
        closing.join();
    }
}
