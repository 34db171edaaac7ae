package io.enim.examples.agent.deviceplugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.testing.FuzzTarget;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** What a kubelet asks to allocate. */
public final class PluginMessagesFuzzTest extends FuzzTarget {
    @Override
    protected List<byte[]> inputs() {
        byte[] groups = new byte[200_000];
        Arrays.fill(groups, (byte) (2 << 3 | 3));
        return List.of(
                new byte[0],
                new byte[] {10, 3, 10, 1, '1'},
                new byte[] {10, 0, 10, 0, 16, 1},
                new byte[] {12},
                new byte[] {10, (byte) 255, (byte) 255, (byte) 255, (byte) 255, 7},
                groups);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        readOrRefused(
                () -> assertThat(PluginMessages.allocation(input)).hasSizeLessThanOrEqualTo(input.length),
                IOException.class);
    }
}
