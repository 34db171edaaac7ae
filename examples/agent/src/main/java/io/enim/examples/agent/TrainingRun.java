// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.enim.DeviceException;
import io.enim.spi.NetworkDevicesFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Loads what an agent loads, for the class-data archive: serves endpoints of the in-memory cloud, runs the commands that ask
 * it, and opens the device layer of this machine, where it only reads. Needs no privilege and no network.
 *
 * <p>Argument: a directory for sockets and records, which are left behind.
 */
final class TrainingRun {
    private static final String CNI = "{\"cniVersion\":\"1.1.0\",\"name\":\"training\",\"type\":\"host-device\","
            + "\"whenEmpty\":\"wait\",\"ipam\":{\"type\":\"enim\"}}";
    private static final long PAUSE_NANOS = 1_000_000;

    private TrainingRun() {}

    public static void main(String[] arguments) throws IOException {
        openDevices();
        PrintWriter log = new PrintWriter(System.err, true, UTF_8);
        Path config = Files.writeString(Path.of(arguments[0], "config"), """
            enim.node=training
            enim.provider=fake
            enim.devices=memory
            enim.pool.min=2
            enim.run-dir=%1$s/run
            enim.state-dir=%1$s/state
            agent.socket=%1$s/socket
            """.formatted(arguments[0]));
        Thread agent = new Thread(() -> AgentCli.run(log, "serve", "--config", config.toString()), "serve");
        agent.start();
        Path socket = Path.of(arguments[0], "socket");
        while (!Files.exists(socket)) {
            if (!agent.isAlive()) {
                throw new IllegalStateException("the agent did not start; the reason is above");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        for (String command : List.of("ADD", "CHECK", "DEL", "STATUS")) {
            call(Path.of(socket + ".cni"), command);
        }
        for (String command : List.of(
                "add a",
                "top --once",
                "status",
                "enis",
                "assignments",
                "check a",
                "timeline a",
                "del a",
                "gc",
                "metrics")) {
            AgentCli.run(
                    log,
                    Stream.of(command + " --socket", socket.toString())
                            .flatMap(words -> Stream.of(words.split(" ")))
                            .toArray(String[]::new));
        }
        System.exit(0); // Ends the agent as SIGTERM does.
    }

    private static void openDevices() {
        try {
            ServiceLoader.load(NetworkDevicesFactory.class)
                    .forEach(factory -> factory.create().close());
        } catch (DeviceException e) {
            System.err.println("without the classes of devices: " + e.getMessage());
        }
    }

    /** What the CNI plugin does. */
    private static void call(Path socket, String command) throws IOException {
        byte[] variables = ("CNI_COMMAND=" + command + "\0CNI_CONTAINERID=t\0CNI_NETNS=/run/netns/t\0CNI_IFNAME=eth0\0")
                .getBytes(UTF_8);
        byte[] config = CNI.getBytes(UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(16 + variables.length + config.length)
                .put("ENI1".getBytes(UTF_8))
                .putInt(60_000)
                .putInt(variables.length)
                .putInt(config.length)
                .put(variables)
                .put(config)
                .flip();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(frame);
            Channels.newInputStream(channel).readNBytes(12);
        }
    }
}
