package io.enim.examples.agent.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's HTTP/2 against that of Jetty's client, and against clients that break the protocol. */
class GrpcServerTest {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    /** More than the windows of a client are at first. */
    private static final int LARGE = 300_000;

    @TempDir
    private Path directory;

    private final CountDownLatch released = new CountDownLatch(1);
    private Path socket;
    private GrpcServer server;
    private GrpcClient client;

    @BeforeEach
    void start() throws IOException {
        socket = directory.resolve("s");
        server = GrpcServer.start(socket, this::call, "test-server");
        client = new GrpcClient(socket, Duration.ofSeconds(30), "test-client");
    }

    @AfterEach
    void end() throws IOException {
        released.countDown();
        client.close();
        server.close();
    }

    private boolean call(String method, byte[] message, GrpcReply reply) throws IOException {
        switch (method) {
            case "t.T/Echo" -> reply.send(message);
            case "t.T/Large" -> reply.send(new byte[LARGE]);
            case "t.T/Broken" -> throw new IllegalStateException("100% \u00e4");
            case "t.T/Hangs" -> {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            default -> {
                return false;
            }
        }
        reply.end();
        return true;
    }

    @Test
    void manyCallsOfOneConnectionAreEachAnswered() throws IOException {
        for (int i = 0; i < 200; i++) {
            byte[] message = ("message " + i).getBytes(US_ASCII);
            assertThat(client.call("t.T/Echo", message)).isEqualTo(message);
        }
    }

    @Test
    void messagesLargerThanTheWindowsAndTheFramesPassInBothDirections() throws IOException {
        for (int i = 0; i < 5; i++) {
            assertThat(client.call("t.T/Large", new byte[0])).hasSize(LARGE);
            assertThat(client.call("t.T/Echo", new byte[LARGE])).hasSize(LARGE);
        }
    }

    @Test
    void aRequestThatIsTooLargeCostsItselfAlone() throws IOException {
        assertThatThrownBy(() -> client.call("t.T/Echo", new byte[2 << 20])).isInstanceOf(IOException.class);
        assertThat(client.call("t.T/Echo", new byte[] {7})).containsExactly(7);
    }

    @Test
    void aServiceThatFailsAndAMethodThatIsNotThereAreAnAnswer() throws IOException {
        assertThatThrownBy(() -> client.call("t.T/Broken", new byte[0]))
                .hasMessageContaining("gRPC status 2")
                .hasMessageContaining("100%25 %C3%A4");
        assertThatThrownBy(() -> client.call("t.T/None", new byte[0]))
                .hasMessageContaining("gRPC status 12")
                .hasMessageContaining("t.T/None");
        assertThat(client.call("t.T/Echo", new byte[] {7})).containsExactly(7);
    }

    @Test
    void p8_closingEndsTheCallsThatRun() throws Exception {
        Thread closer = new Thread(() -> {
            try {
                server.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        CountDownLatch entered = new CountDownLatch(1);
        server.close();
        server = GrpcServer.start(
                socket,
                (method, message, reply) -> {
                    entered.countDown();
                    return call(method, message, reply);
                },
                "test-server");
        Thread caller = new Thread(() ->
                assertThatThrownBy(() -> client.call("t.T/Hangs", new byte[0])).isInstanceOf(IOException.class));
        caller.start();
        entered.await();
        closer.start();
        closer.join();
        caller.join();
        assertThat(server.isOpen()).isFalse();
    }

    /** Each is sent after the preface; what is in it ends the connection, and no other. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ffffff000000000000", // a frame of 16 MB
                "000000090000000001", // a continuation of nothing
                "0000010104000000018b" + "ff", // headers that are malformed
                "00000101040000000182", // headers without a path
                "000001010000000001" + "84" + "000000000000000001", // headers without an end
                "000000080000000000", // a window update without a number
                "0000010008000000010a" // data of padding alone
            })
    void p18_aClientThatBreaksTheProtocolLosesItsConnectionAlone(String hex) throws IOException {
        try (SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            raw.write(ByteBuffer.wrap(PREFACE.getBytes(US_ASCII)));
            raw.write(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
            if (hex.startsWith("0000010008")) {
                raw.shutdownOutput(); // Data of no call is no error; the end of the stream is.
            }
            assertEnds(raw);
        }
        assertThat(client.call("t.T/Echo", new byte[] {7})).containsExactly(7);
    }

    @Test
    void p18_whatIsNoHttp2IsClosed() throws IOException {
        try (SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            raw.write(ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII)));
            assertEnds(raw);
        }
    }

    private static void assertEnds(SocketChannel raw) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1024);
        int read = 0;
        while (read >= 0) {
            bytes.clear();
            try {
                read = raw.read(bytes);
            } catch (IOException e) {
                return; // Reset, since the server has not read all.
            }
        }
    }
}
