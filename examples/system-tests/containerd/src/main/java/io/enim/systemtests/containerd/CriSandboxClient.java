// SPDX-License-Identifier: Apache-2.0
package io.enim.systemtests.containerd;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A client of the container runtime interface, version 1, as far as sandboxes go. Safe for concurrent use. */
public final class CriSandboxClient implements AutoCloseable {
    /** The control group that its sandboxes live under. */
    public static final String CGROUP = "enim-e2e";

    private final EpollEventLoopGroup loop = new EpollEventLoopGroup(1);
    private final ManagedChannel channel;

    CriSandboxClient(Path socket) {
        channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                .eventLoopGroup(loop)
                .channelType(EpollDomainSocketChannel.class)
                .overrideAuthority("localhost")
                .usePlaintext()
                .build();
    }

    /** The version of the CRI; an error while containerd does not serve. */
    String version() {
        return text(call("Version", new ProtobufMessage()), 3);
    }

    /** Whether containerd has read a network configuration. */
    boolean networkIsReady() {
        byte[] status = first(call("Status", new ProtobufMessage()), 1);
        return ProtobufMessage.read(status, 1).stream()
                .filter(condition -> text(condition, 1).equals("NetworkReady"))
                .allMatch(condition -> ProtobufMessage.number(condition, 2) == 1);
    }

    /** What containerd says of the network configurations it has read. */
    String networks() {
        // Field 1 of StatusRequest is verbose, field 2 of the answer the map of what that adds.
        return ProtobufMessage.read(call("Status", new ProtobufMessage().flag(1)), 2).stream()
                .filter(entry -> text(entry, 1).equals("cniconfig"))
                .map(entry -> text(entry, 2))
                .findFirst()
                .orElse("");
    }

    /** Runs a sandbox; its id. */
    public String run(String namespace, String name) {
        return run(namespace, name, Map.of(), Containerd.PATIENCE);
    }

    /** Runs a sandbox whose pod has annotations; its id. */
    public String run(String namespace, String name, Map<String, String> annotations, Duration deadline) {
        ProtobufMessage metadata = new ProtobufMessage()
                .text(1, name)
                .text(2, "uid-" + namespace + "-" + name)
                .text(3, namespace);
        ProtobufMessage config = new ProtobufMessage().message(1, metadata).text(2, name);
        annotations.forEach((key, value) ->
                config.message(7, new ProtobufMessage().text(1, key).text(2, value)));
        config.message(8, new ProtobufMessage().text(1, "/" + CGROUP));
        return text(call("RunPodSandbox", new ProtobufMessage().message(1, config), deadline), 1);
    }

    public void stop(String id) {
        call("StopPodSandbox", new ProtobufMessage().text(1, id));
    }

    public void remove(String id) {
        call("RemovePodSandbox", new ProtobufMessage().text(1, id));
    }

    /** The ids of all sandboxes, whatever their state. */
    public List<String> list() {
        return list(namespace -> true);
    }

    /** The ids of all sandboxes whose pods are in such a namespace, whatever their state. */
    public List<String> list(Predicate<String> namespace) {
        return ProtobufMessage.read(call("ListPodSandbox", new ProtobufMessage()), 1).stream()
                .filter(sandbox -> namespace.test(text(first(sandbox, 2), 3)))
                .map(sandbox -> text(sandbox, 1))
                .toList();
    }

    /** Whether containerd holds the sandbox for ready; see {@code PodSandboxState} of the CRI. */
    public boolean isReady(String id) {
        // SANDBOX_READY is 0.
        return ProtobufMessage.number(status(id), 3) == 0;
    }

    /** The sandbox's first address. */
    public String address(String id) {
        return text(first(status(id), 5), 1);
    }

    private byte[] status(String id) {
        return first(call("PodSandboxStatus", new ProtobufMessage().text(1, id)), 1);
    }

    byte[] call(String method, ProtobufMessage request) {
        return call(method, request, Containerd.PATIENCE);
    }

    private byte[] call(String method, ProtobufMessage request, Duration deadline) {
        MethodDescriptor<byte[], byte[]> descriptor = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("runtime.v1.RuntimeService/" + method)
                .build();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
        return ClientCalls.blockingUnaryCall(channel, descriptor, options, request.toBytes());
    }

    private static byte[] first(byte[] message, int field) {
        return ProtobufMessage.read(message, field).get(0);
    }

    static String text(byte[] message, int field) {
        return new String(first(message, field), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Messages stay bytes. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
