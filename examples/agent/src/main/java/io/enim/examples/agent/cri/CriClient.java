// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cri;

import io.enim.examples.agent.grpc.GrpcClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** One call of the CRI, {@code ListPodSandbox}. Safe for concurrent use. */
final class CriClient implements SandboxLister {
    private static final String METHOD = "runtime.v1.RuntimeService/ListPodSandbox";
    /** Asks for all of them. */
    private static final byte[] EMPTY_REQUEST = {};

    private final Path socket;
    private final GrpcClient client;

    /** @param timeout the time limit of one call */
    CriClient(Path socket, Duration timeout) {
        this.socket = socket;
        this.client = new GrpcClient(socket, timeout, "enim-cri");
    }

    @Override
    public PodSandboxes list() throws IOException {
        byte[] answer = client.call(METHOD, EMPTY_REQUEST);
        try {
            return PodSandboxes.read(answer);
        } catch (IOException e) {
            throw new IOException(socket + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
