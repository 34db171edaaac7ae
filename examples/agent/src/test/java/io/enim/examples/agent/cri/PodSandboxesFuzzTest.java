package io.enim.examples.agent.cri;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.examples.agent.grpc.GrpcFrame;
import io.enim.testing.FuzzTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** What a container runtime lists, with gRPC's frame and without; a frame changes nothing in it. HTTP/2 is Jetty's. */
public final class PodSandboxesFuzzTest extends FuzzTarget {
    private static final int GROUPS = 200_000;

    @Override
    protected List<byte[]> inputs() {
        byte[] groups = new byte[GROUPS];
        Arrays.fill(groups, (byte) (2 << 3 | 3));
        return List.of(
                new byte[0],
                new byte[] {10, 5, 10, 1, 'a', 24, 1},
                new byte[] {10, 0},
                new byte[] {12},
                new byte[] {10, (byte) 255, (byte) 255, (byte) 255, (byte) 255, 7},
                new byte[] {0, 0, 0, 0, 7, 10, 5, 10, 1, 'a', 24, 1},
                new byte[] {0, (byte) 255, (byte) 255, (byte) 255, (byte) 255},
                new byte[] {1, 0, 0, 0, 0},
                groups);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        readOrRefused(
                () -> assertThat(PodSandboxes.read(GrpcFrame.message(input)).states())
                        .isNotNull(),
                IOException.class);
        byte[] framed = ByteBuffer.allocate(input.length + 5)
                .put((byte) 0)
                .putInt(input.length)
                .put(input)
                .array();
        readOrRefused(
                () -> {
                    PodSandboxes sandboxes = PodSandboxes.read(input);
                    assertThat(sandboxes.states()).doesNotContainKey("");
                    assertThat(PodSandboxes.read(GrpcFrame.message(framed))).isEqualTo(sandboxes);
                },
                IOException.class);
    }
}
