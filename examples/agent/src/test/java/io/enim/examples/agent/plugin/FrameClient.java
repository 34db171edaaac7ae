package io.enim.examples.agent.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A plugin of a test: sends bytes, and reads an answer. */
final class FrameClient implements AutoCloseable {
    static final String CONFIG = "{\"cniVersion\":\"1.1.0\",\"name\":\"pods\",\"type\":\"enim\"}";

    private final SocketChannel channel;
    private final DataInputStream in;

    FrameClient(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        in = new DataInputStream(Channels.newInputStream(channel));
    }

    record Answer(int status, String output) {
        int code() throws IOException {
            return (int) JSON.std.mapFrom(output).get("code");
        }
    }

    static ByteBuffer frame(String magic, int variables, int config, byte[] body) {
        return ByteBuffer.allocate(16 + body.length)
                .put(magic.getBytes(UTF_8))
                .putInt(60_000)
                .putInt(variables)
                .putInt(config)
                .put(body)
                .flip();
    }

    static ByteBuffer call(String variables, String config) {
        byte[] first = variables.getBytes(UTF_8);
        byte[] second = config.getBytes(UTF_8);
        return frame("ENI1", first.length, second.length, (variables + config).getBytes(UTF_8));
    }

    /** A call for the container, complete and valid. */
    static ByteBuffer call(String command, String container, String config) {
        return call(
                "CNI_COMMAND=" + command + "\0CNI_CONTAINERID=" + container
                        + "\0CNI_NETNS=/run/netns/x\0CNI_IFNAME=eth0\0",
                config);
    }

    FrameClient send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return this;
    }

    Answer answer() throws IOException {
        in.skipNBytes(CallFrame.MAGIC.length);
        int status = in.readInt();
        byte[] output = in.readNBytes(in.readInt());
        return new Answer(status, new String(output, UTF_8));
    }

    /** Whether the agent ended the connection without a word; waits until it says something or ends it. */
    boolean isDropped() throws IOException {
        try {
            return in.read() < 0;
        } catch (IOException e) {
            return true; // Reset: it ended it before it had read everything.
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
