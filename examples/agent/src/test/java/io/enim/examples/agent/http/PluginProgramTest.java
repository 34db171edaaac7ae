package io.enim.examples.agent.http;

import static io.enim.examples.agent.testing.PluginProcess.CONFIG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.examples.agent.testing.PluginProcess;
import io.enim.examples.agent.testing.PluginProcess.PluginResult;
import io.enim.examples.agent.testing.PluginProcess.RunningPlugin;
import io.enim.examples.agent.testing.PluginVariant;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What is of the C program alone: its frames, and that no restart of the agent fails a call. */
@ParameterizedClass(allowZeroInvocations = true)
@MethodSource("variants")
@Tag("slow")
class PluginProgramTest {
    @Parameter
    PluginVariant variant;

    @TempDir
    Path directory;

    static List<PluginVariant> variants() {
        return PluginVariant.programs();
    }

    private PluginProcess plugin(String command) {
        return PluginProcess.forPod(variant, command, directory.resolve("agent.sock"));
    }

    private static byte[] frame(String magic, int status, int length, String output) {
        return ByteBuffer.allocate(12 + output.length())
                .put(magic.getBytes(UTF_8))
                .putInt(status)
                .putInt(length)
                .put(output.getBytes(UTF_8))
                .array();
    }

    private static byte[] frame(int status, String output) {
        return frame("ENI1", status, output.length(), output);
    }

    /** Serves the plugin as agents that die one after the other: each has a socket of its own, and says no more than this. */
    private CompletableFuture<Void> agentsThatSay(byte[]... answers) throws IOException {
        ServerSocketChannel first = listen();
        CompletableFuture<Void> all = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < answers.length; i++) {
                    ServerSocketChannel agent = i == 0 ? first : listen();
                    try (agent;
                            SocketChannel channel = agent.accept()) {
                        channel.read(ByteBuffer.allocate(1 << 16));
                        channel.write(ByteBuffer.wrap(answers[i]));
                    }
                    Files.delete(socket());
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        return all.orTimeout(60, TimeUnit.SECONDS); // The plugin did not call again.
    }

    private Path socket() {
        return variant.socket(directory.resolve("agent.sock"));
    }

    private ServerSocketChannel listen() throws IOException {
        ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        agent.bind(UnixDomainSocketAddress.of(socket()));
        return agent;
    }

    @Test
    void anAgentThatDiesOverTheCallAndStartsAgainAnswersIt() throws IOException {
        CompletableFuture<Void> agents = agentsThatSay(new byte[0], new byte[0]);
        RunningPlugin running = plugin("ADD").start(CONFIG.getBytes(UTF_8));
        agents.join();
        try (TestAgent agent = TestAgent.in(directory)) {
            assertThat(running.end().successful().json()).containsKey("ips");
            assertThat(agent.manager.assignments()).hasSize(1);
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNotPrinted() throws IOException {
        byte[] first = frame("ENI1", 0, 90, "{ \"half\" :");
        CompletableFuture<Void> agents = agentsThatSay(first, new byte[] {'E'}, frame(7, "{ \"whole\" : 1 }\n"));
        assertThat(plugin("ADD").run(CONFIG)).isEqualTo(new PluginResult(7, "{ \"whole\" : 1 }\n", ""));
        agents.join();
    }

    @Test
    void whatIsNoAnswerIsCode11() throws IOException {
        for (byte[] answer : List.of(
                "HTTP/1.1 503 Service Unavailable\r\n\r\n".getBytes(UTF_8),
                frame("ENI2", 0, 0, ""),
                frame("ENI1", 256, 0, ""),
                frame("ENI1", 0, 1, "more"),
                frame("ENI1", 0, (4 << 20) + 1, ""),
                frame("ENI1", 0, -1, ""))) {
            CompletableFuture<Void> agents = agentsThatSay(answer);
            assertThat(plugin("ADD").with("ENIM_TIMEOUT", "9").run(CONFIG).error(11))
                    .contains("another protocol");
            agents.join();
        }
    }

    @Test
    void closingAnswersTheCallUnderWayAndTheNextAgentTheOthers() {
        try (TestAgent first = TestAgent.in(directory)) {
            CompletableFuture<Void> gate = first.manager.holdAdds();
            RunningPlugin underWay = plugin("ADD").start(CONFIG.getBytes(UTF_8));
            await().until(() -> first.manager.waitingAdds() == 1);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(first::close);
            await().until(() -> !isListening());
            RunningPlugin more = plugin("ADD").with("CNI_CONTAINERID", "c2").start(CONFIG.getBytes(UTF_8));

            gate.complete(null);
            underWay.end().successful();
            closing.join();
            try (TestAgent second = TestAgent.in(directory)) {
                more.end().successful();
                assertThat(second.manager.calls()).containsExactly("add shop/cart/c2/eth0");
            }
            assertThat(first.manager.assignments()).hasSize(1);
        }
    }

    private boolean isListening() {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void p16_theAddOfAPluginThatIsKilledIsUndone() {
        try (TestAgent agent = TestAgent.in(directory)) {
            CompletableFuture<Void> gate = agent.manager.holdAdds();
            RunningPlugin running = plugin("ADD").start(CONFIG.getBytes(UTF_8));
            await().until(() -> agent.manager.waitingAdds() == 1);
            running.kill();
            await().until(() -> agent.manager.waitingAdds() == 0);
            gate.complete(null);
            assertThat(agent.manager.assignments()).isEmpty();
            plugin("ADD").run(CONFIG).successful();
        }
    }

    @Test
    void p19_whatIsTooLongIsRefusedByThePlugin() {
        String argument = "x".repeat(100_000);
        PluginProcess long3 = plugin("ADD").with("CNI_ARGS", argument).with("CNI_B", argument);
        assertThat(long3.with("CNI_C", argument).run(CONFIG).error(4)).contains("longer than");
        assertThat(plugin("ADD").run(CONFIG + " ".repeat(1 << 20)).error(7)).contains("longer than");
        assertThat(plugin("ADD").with("ENIM_SOCKET", "/" + argument).run(CONFIG).error(7))
                .contains("shorter");
    }

    @Test
    void p19_itAllocatesNothing() throws IOException {
        assertThat(Files.readString(Path.of("cni", "enim.c")))
                .doesNotContain("alloc(")
                .doesNotContain("alloca(");
    }
}
