// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.deviceplugin;

import io.enim.examples.agent.grpc.GrpcReply;
import io.enim.examples.agent.grpc.GrpcService;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the kubelet calls. Calls may come on any thread; {@link #announce} is for one. */
final class DeviceService implements GrpcService {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceService.class);
    private static final String SERVICE = PluginMessages.VERSION + ".DevicePlugin/";

    private final Runnable onWatch;
    /** The calls of {@code ListAndWatch} that are open, and what each was sent last. */
    private final Map<GrpcReply, Optional<DeviceCount>> watches = new ConcurrentHashMap<>();

    /** @param onWatch called when a kubelet begins to watch the list; returns at once */
    DeviceService(Runnable onWatch) {
        this.onWatch = onWatch;
    }

    @Override
    public boolean call(String method, byte[] message, GrpcReply reply) throws IOException {
        switch (method) {
            case SERVICE + "GetDevicePluginOptions" -> answer(reply, PluginMessages.EMPTY);
            case SERVICE + "Allocate" -> answer(reply, PluginMessages.allocation(message));
            case SERVICE + "ListAndWatch" -> {
                watches.put(reply, Optional.empty());
                onWatch.run();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void answer(GrpcReply reply, byte[] message) throws IOException {
        reply.send(message);
        reply.end();
    }

    /** Sends the list to each kubelet that watches and has another. Blocks until it is written. */
    void announce(DeviceCount count) {
        for (Map.Entry<GrpcReply, Optional<DeviceCount>> watch : watches.entrySet()) {
            if (!watch.getValue().equals(Optional.of(count))) {
                try {
                    watch.getKey().send(PluginMessages.devices(count));
                    watch.setValue(Optional.of(count));
                } catch (IOException e) {
                    LOG.info("the kubelet no longer watches the devices: {}", e.getMessage());
                }
            }
        }
    }

    /** Whether a kubelet watches the list. */
    boolean isWatched() {
        watches.keySet().removeIf(GrpcReply::hasEnded);
        return !watches.isEmpty();
    }
}
