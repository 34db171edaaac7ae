package io.enim.examples.agent.deviceplugin;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A kubelet as far as device plugins go, in another implementation of gRPC than the plugin's. As the real one does, it removes all
 * sockets when it starts, dials the endpoint that registered, and sends the path of the socket as the authority.
 */
final class FakeKubelet implements AutoCloseable {
    /** What a plugin said of itself. */
    record Registration(String version, String endpoint, String resource) {}

    private final Path directory;
    private final List<Registration> registrations = new CopyOnWriteArrayList<>();
    private final List<ManagedChannel> channels = new CopyOnWriteArrayList<>();
    private final EpollEventLoopGroup loop = new EpollEventLoopGroup(2);
    private final Server server;
    private volatile Optional<Map<String, String>> devices = Optional.empty();
    private volatile Optional<Status> refusal = Optional.empty();
    private volatile ClientCall<byte[], byte[]> watch;

    FakeKubelet(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
        try (DirectoryStream<Path> sockets = Files.newDirectoryStream(directory)) {
            for (Path each : sockets) {
                Files.delete(each);
            }
        }
        MethodDescriptor<byte[], byte[]> register = method("Registration/Register", MethodDescriptor.MethodType.UNARY);
        this.server = NettyServerBuilder.forAddress(new DomainSocketAddress(
                        directory.resolve("kubelet.sock").toString()))
                .channelType(EpollServerDomainSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .addService(ServerServiceDefinition.builder("v1beta1.Registration")
                        .addMethod(register, ServerCalls.asyncUnaryCall(this::register))
                        .build())
                .build()
                .start();
    }

    private void register(byte[] request, StreamObserver<byte[]> answer) {
        if (refusal.isPresent()) {
            answer.onError(refusal.get().asRuntimeException());
            return;
        }
        Map<Integer, String> fields = texts(request);
        Registration registration = new Registration(fields.get(1), fields.get(2), fields.get(3));
        registrations.add(registration);
        answer.onNext(new byte[0]);
        answer.onCompleted();
        // Not in this call's context, whose end would end the watch.
        Context.ROOT.run(() -> watch(registration.endpoint()));
    }

    private void watch(String endpoint) {
        watch = channel(endpoint)
                .newCall(
                        method("DevicePlugin/ListAndWatch", MethodDescriptor.MethodType.SERVER_STREAMING),
                        CallOptions.DEFAULT);
        ClientCalls.asyncServerStreamingCall(watch, new byte[0], new StreamObserver<>() {
            @Override
            public void onNext(byte[] list) {
                devices = Optional.of(devices(list));
            }

            @Override
            public void onError(Throwable error) {
                devices = Optional.empty();
            }

            @Override
            public void onCompleted() {
                devices = Optional.empty();
            }
        });
    }

    private ManagedChannel channel(String endpoint) {
        String path = directory.resolve(endpoint).toString();
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(new DomainSocketAddress(path))
                .eventLoopGroup(loop)
                .channelType(EpollDomainSocketChannel.class)
                .usePlaintext();
        InternalNettyChannelBuilder.disableCheckAuthority(builder);
        ManagedChannel channel = builder.overrideAuthority(path).build();
        channels.add(channel);
        return channel;
    }

    /** Calls a method of the plugin that answers once; its answer. */
    byte[] call(String method, byte[] request) {
        return ClientCalls.blockingUnaryCall(
                channel("enim.sock"),
                method("DevicePlugin/" + method, MethodDescriptor.MethodType.UNARY),
                CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                request);
    }

    /** Refuses registrations from now on; empty: takes them. */
    void refuse(Optional<Status> status) {
        refusal = status;
    }

    /** Ends the watch of the list, as a kubelet does that did not like it. */
    void endWatch() {
        watch.cancel("enough", null);
    }

    List<Registration> registrations() {
        return List.copyOf(registrations);
    }

    /** The list of the plugin that is registered, health by id; empty without one. */
    Optional<Map<String, String>> devices() {
        return devices;
    }

    /** How many of the devices are healthy; empty without a list. */
    Optional<Long> healthy() {
        return devices.map(
                list -> list.values().stream().filter("Healthy"::equals).count());
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setType(type)
                .setFullMethodName("v1beta1." + name)
                .build();
    }

    private static Map<Integer, String> texts(byte[] message) {
        Map<Integer, String> texts = new LinkedHashMap<>();
        read(message, (field, in) -> texts.put(field, in.readString()));
        return texts;
    }

    private static Map<String, String> devices(byte[] list) {
        Map<String, String> devices = new LinkedHashMap<>();
        read(list, (field, in) -> {
            Map<Integer, String> device = texts(in.readByteArray());
            devices.put(device.get(1), device.get(2));
        });
        return devices;
    }

    /** A request to allocate one device for each of so many containers. */
    static byte[] allocateRequest(int containers) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            for (int i = 1; i <= containers; i++) {
                out.writeByteArray(1, new byte[] {10, 6, 's', 'l', 'o', 't', '-', (byte) ('0' + i)});
            }
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The numbers of the fields of a message, in their order. */
    static List<Integer> fields(byte[] message) {
        List<Integer> fields = new ArrayList<>();
        read(message, (field, in) -> {
            fields.add(field);
            in.readByteArray();
        });
        return fields;
    }

    private interface Field {
        void read(int number, CodedInputStream in) throws IOException;
    }

    private static void read(byte[] message, Field field) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(message);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                field.read(tag >>> 3, in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends as a kubelet that is killed: its socket stays. */
    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        server.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
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
