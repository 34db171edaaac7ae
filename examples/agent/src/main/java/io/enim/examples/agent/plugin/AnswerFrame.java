// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniResponse;
import java.nio.ByteBuffer;

/** An answer as it is sent: the plugin's exit status, and what it prints. */
final class AnswerFrame {
    private static final int HEADER = 12;
    /** {@code ANSWER_MAX} of {@code enim.c}. */
    static final int MAX_OUTPUT = 4 << 20;

    private AnswerFrame() {}

    static ByteBuffer of(CniResponse response) {
        byte[] output = (response.output().isEmpty() ? "" : response.output() + "\n").getBytes(UTF_8);
        if (output.length > MAX_OUTPUT) {
            return of(CniResponse.error(
                    CniErrorCode.INTERNAL,
                    "the answer has " + output.length + " bytes; the plugin accepts " + MAX_OUTPUT,
                    "shorten the network configuration"));
        }
        return ByteBuffer.allocate(HEADER + output.length)
                .put(CallFrame.MAGIC)
                .putInt(response.exitStatus())
                .putInt(output.length)
                .put(output)
                .flip();
    }
}
