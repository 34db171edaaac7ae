package io.enim.examples.agent.http;

import static io.enim.examples.agent.testing.PluginProcess.CONFIG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.enim.examples.agent.testing.PluginProcess;
import io.enim.examples.agent.testing.PluginProcess.PluginResult;
import io.enim.examples.agent.testing.PluginVariant;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What is of the script alone: its curl. */
@ParameterizedClass
@MethodSource("variants")
@Tag("slow")
class PluginScriptTest {
    @Parameter
    PluginVariant variant;

    @TempDir
    Path directory;

    static List<PluginVariant> variants() {
        return PluginVariant.scripts();
    }

    @BeforeEach
    void needsCurl() {
        assumeTrue(PluginProcess.hasCurl(), "skipped: the script needs curl, which is not installed");
    }

    private PluginProcess plugin(String command) {
        return PluginProcess.forPod(variant, command, directory.resolve("agent.sock"));
    }

    @Test
    void proxiesAndACurlrcAreIgnored() throws IOException {
        Files.writeString(directory.resolve(".curlrc"), "output=" + directory.resolve("stolen") + "\nfail\n");
        try (TestAgent agent = TestAgent.in(directory)) {
            plugin("ADD")
                    .with("HOME", directory.toString())
                    .with("CURL_HOME", directory.toString())
                    .with("http_proxy", "http://127.0.0.1:1")
                    .with("ALL_PROXY", "socks5://127.0.0.1:1")
                    .run(CONFIG)
                    .successful();
            assertThat(directory.resolve("stolen")).doesNotExist();
            assertThat(agent.manager.assignments()).hasSize(1);
        }
    }

    @Test
    void anAgentThatHangsUpOrAnswersNonsenseIsCode11() throws IOException {
        against("").error(11);
        String stopping = "HTTP/1.1 500 Internal\r\nContent-Length: 13\r\nConnection: close\r\n\r\n<html>\"\\</h>\n";
        assertThat(against(stopping).error(11)).contains("500");
    }

    /** The plugin's result when the other end sends this and closes the connection. */
    private PluginResult against(String answer) throws IOException {
        Path socket = directory.resolve("agent.sock");
        Files.deleteIfExists(socket);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (SocketChannel channel = server.accept()) {
                    channel.read(ByteBuffer.allocate(1 << 16));
                    channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            PluginResult result = plugin("ADD").with("ENIM_TIMEOUT", "1").run(CONFIG);
            served.join();
            return result;
        }
    }

    @Test
    void withoutCurlItSaysSo() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("bin"));
        PluginProcess alone = plugin("ADD").with("PATH", empty.toString());
        assertThat(alone.run(CONFIG).error(100)).contains("curl");
    }
}
