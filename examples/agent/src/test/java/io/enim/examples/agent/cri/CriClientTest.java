package io.enim.examples.agent.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of a runtime, good and bad, from a server on a Unix socket. */
class CriClientTest {
    @TempDir
    private Path directory;

    private final Server server = new Server();
    private CriClient client;
    private volatile Script script = Script.NONE;
    private volatile String asked = "";

    /** What the server does with a call. */
    private interface Script {
        Script NONE = (response, callback) -> callback.succeeded();

        void answer(Response response, Callback callback) throws Exception;
    }

    @BeforeEach
    void start() throws Exception {
        UnixDomainServerConnector connector =
                new UnixDomainServerConnector(server, new HTTP2CServerConnectionFactory(new HttpConfiguration()));
        connector.setUnixDomainPath(socket());
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                asked = request.getMethod() + " " + request.getHttpURI().getPath() + " "
                        + request.getHeaders().get("content-type") + " "
                        + HexFormat.of().formatHex(BufferUtil.toArray(Content.Source.asByteBuffer(request)));
                script.answer(response, callback);
                return true;
            }
        });
        server.start();
        client = new CriClient(socket(), Duration.ofSeconds(20));
    }

    @AfterEach
    void end() throws Exception {
        client.close();
        server.stop();
    }

    private Path socket() {
        return directory.resolve("cri.sock");
    }

    /** A message in its frame, and gRPC's status behind it. */
    private static Script grpc(byte[] frame, int status) {
        return (response, callback) -> {
            response.getHeaders().put("content-type", "application/grpc");
            response.setTrailersSupplier(() -> HttpFields.from(new HttpField("grpc-status", Integer.toString(status))));
            response.write(true, ByteBuffer.wrap(frame), callback);
        };
    }

    private static byte[] frame(byte[] message) {
        return ByteBuffer.allocate(5 + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
    }

    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A sandbox as containerd writes it: id, metadata, state (absent if ready), creation time, an empty label. */
    private static byte[] sandbox(String id, boolean ready) {
        return message(out -> {
            out.writeString(1, id);
            out.writeByteArray(2, message(metadata -> metadata.writeString(1, "web")));
            if (!ready) {
                out.writeEnum(3, 1);
            }
            out.writeInt64(4, 1 << 14);
            out.writeByteArray(5, new byte[0]);
        });
    }

    private static byte[] list() {
        return message(out -> {
            out.writeByteArray(1, sandbox("c1", true));
            out.writeByteArray(1, sandbox("c2", false));
        });
    }

    private void failsWith(String... words) {
        assertThatThrownBy(() -> client.list()).isInstanceOf(IOException.class).hasMessageContainingAll(words);
    }

    @Test
    void asksForAllSandboxesAndReadsTheirStates() throws IOException {
        script = grpc(frame(list()), 0);
        assertThat(client.list().states())
                .isEqualTo(Map.of("c1", PodSandboxes.State.READY, "c2", PodSandboxes.State.NOT_READY));
        assertThat(asked).isEqualTo("POST /runtime.v1.RuntimeService/ListPodSandbox application/grpc 0000000000");
    }

    @Test
    void noSandboxAtAllIsAnAnswer() throws IOException {
        script = grpc(frame(new byte[0]), 0);
        assertThat(client.list().states()).isEmpty();
    }

    @Test
    void anErrorStatusIsNoAnswerWhateverCameBeforeIt() {
        script = grpc(frame(list()), 14);
        failsWith("gRPC status 14", socket().toString());
    }

    @Test
    void anErrorWithoutABodyIsNoAnswer() {
        script = (response, callback) -> {
            response.getHeaders().put("grpc-status", "12").put("grpc-message", "unknown service");
            callback.succeeded();
        };
        failsWith("gRPC status 12", "unknown service");
    }

    @Test
    void aBodyWithoutAStatusWasCutOff() {
        script = (response, callback) -> response.write(true, ByteBuffer.wrap(frame(list())), callback);
        failsWith("gRPC status none");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 7, 12, 30})
    void aShorterMessageThanAnnouncedIsNoAnswer(int length) {
        script = grpc(Arrays.copyOf(frame(list()), length), 0);
        failsWith(socket().toString());
    }

    @Test
    void everyMessageThatEndsTooEarlyIsNoAnswer() throws IOException {
        byte[] whole = list();
        int first = 2 + sandbox("c1", true).length;
        for (int length = 1; length < whole.length; length++) {
            script = grpc(frame(Arrays.copyOf(whole, length)), 0);
            if (length == first) { // A list of one; only the length of the frame can tell.
                assertThat(client.list().states()).hasSize(1);
            } else {
                assertThatThrownBy(() -> client.list()).isInstanceOf(IOException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0a00", "0a0318ffff", "ffffffffffffffffffffff01", "0e", "0801", "0a0a0a"})
    void nonsenseIsNoAnswer(String hex) {
        script = grpc(frame(HexFormat.of().parseHex(hex)), 0);
        assertThatThrownBy(() -> client.list()).isInstanceOf(IOException.class);
    }

    @Test
    void aCompressedMessageWasNotAskedForAndIsNoAnswer() {
        byte[] frame = frame(list());
        frame[0] = 1;
        script = grpc(frame, 0);
        failsWith("plain gRPC message");
    }

    @Test
    void aRuntimeThatNeverAnswersIsLeftAfterTheTimeout() {
        try (CriClient impatient = new CriClient(socket(), Duration.ofMillis(200))) {
            script = (response, callback) -> {};
            // Until a call has reached the runtime: a busy machine may take longer than this to connect.
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                assertThatThrownBy(impatient::list).isInstanceOf(IOException.class);
                assertThat(asked).startsWith("POST");
            });
        }
    }

    @Test
    void aSocketThatIsNotThereIsNoAnswerAndOneThatComesBackIs() throws Exception {
        script = grpc(frame(list()), 0);
        assertThat(client.list().states()).hasSize(2);
        server.stop();
        failsWith(socket().toString());
        server.start();
        assertThat(client.list().states()).hasSize(2);
    }
}
