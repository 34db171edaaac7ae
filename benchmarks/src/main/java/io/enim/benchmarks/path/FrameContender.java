// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.path;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.enim.benchmarks.device.Contender;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The C plugin's frames, each on a connection of its own, sent to the agent's socket without the plugin. */
public final class FrameContender implements Contender {
    private static final String CONFIG =
            "{\"cniVersion\":\"1.0.0\",\"name\":\"bench\",\"type\":\"enim\",\"whenEmpty\":\"wait\"}";
    private static final int PATIENCE_MILLIS = 60_000;

    private final UnixDomainSocketAddress socket;
    private final Path netns;
    private int endpoint;

    /** Calls the agent that serves on this {@code agent.socket}. */
    public FrameContender(Path socket, Path netns) {
        this.socket = UnixDomainSocketAddress.of(socket + ".cni");
        this.netns = netns;
    }

    @Override
    public Timing add() {
        endpoint++;
        return call("ADD");
    }

    @Override
    public Timing del() {
        return call("DEL");
    }

    private Timing call(String command) {
        byte[] variables = ("CNI_COMMAND=" + command + "\0CNI_CONTAINERID=" + netns.getFileName() + "-" + endpoint
                        + "\0CNI_NETNS=" + netns + "\0CNI_IFNAME=eth0\0")
                .getBytes(UTF_8);
        byte[] config = CONFIG.getBytes(UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(16 + variables.length + config.length)
                .put("ENI1".getBytes(UTF_8))
                .putInt(PATIENCE_MILLIS)
                .putInt(variables.length)
                .putInt(config.length)
                .put(variables)
                .put(config)
                .flip();
        long began = System.nanoTime();
        try (SocketChannel channel = SocketChannel.open(socket)) {
            channel.write(frame);
            DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
            in.skipNBytes(4);
            int status = in.readInt();
            String output = new String(in.readNBytes(in.readInt()), UTF_8);
            long nanos = System.nanoTime() - began;
            if (status != 0) {
                throw new IllegalStateException(command + " failed: " + output);
            }
            return Timing.of(nanos);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot reach the agent for " + command, e);
        }
    }
}
