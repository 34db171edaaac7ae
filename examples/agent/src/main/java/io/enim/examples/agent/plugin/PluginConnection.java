// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.plugin;

import io.enim.examples.agent.cni.RequestLimits;
import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniException;
import io.enim.examples.agent.cni.spec.CniResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of the plugin: one call, then its answer. All methods are the loop's, but for {@link #answer} and {@link #leave},
 * of which the worker calls one once, if the call was complete.
 *
 * <p>RECEIVING → RUNNING → ANSWERING → ANSWERED; a call that is refused skips RUNNING. From ANSWERING on, what the plugin still
 * sends is discarded. Whatever the phase, the end of the connection ends it.
 */
final class PluginConnection {
    private static final Logger LOG = LoggerFactory.getLogger(PluginConnection.class);

    private enum Phase {
        RECEIVING,
        RUNNING,
        ANSWERING,
        ANSWERED
    }

    private final PluginLoop loop;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final RequestLimits limits;
    private final BiFunction<PluginConnection, CallFrame, PluginCall> starter;
    private final CallFrame frame = new CallFrame();
    private boolean isAdmitted;
    private @Nullable PluginCall call;
    private ByteBuffer answer = ByteBuffer.allocate(0);
    private volatile long sinceNanos = System.nanoTime();
    private volatile Phase phase = Phase.RECEIVING;

    /** The starter hands a complete call to a worker. */
    PluginConnection(
            PluginLoop loop,
            SocketChannel channel,
            SelectionKey key,
            RequestLimits limits,
            BiFunction<PluginConnection, CallFrame, PluginCall> starter) {
        this.loop = loop;
        this.channel = channel;
        this.key = key;
        this.limits = limits;
        this.starter = starter;
    }

    SocketChannel channel() {
        return channel;
    }

    /** Takes what has arrived, through the buffer; false when the plugin has ended or breaks the protocol. */
    boolean read(ByteBuffer buffer) throws IOException {
        buffer.clear();
        if (channel.read(buffer) < 0) {
            return false;
        }
        buffer.flip();
        if (phase == Phase.RECEIVING) {
            receive(buffer);
        }
        return phase != Phase.RUNNING || !buffer.hasRemaining();
    }

    private void receive(ByteBuffer from) {
        if (!isAdmitted && !(frame.takeHeader(from) && admit())) {
            return;
        }
        if (frame.takeBody(from)) {
            phase = Phase.RUNNING;
            isAdmitted = false; // The call leaves, when it has ended.
            call = starter.apply(this, frame);
        }
    }

    private boolean admit() {
        try {
            if (frame.bodyLength() > limits.maxBytes()) {
                answer(CniResponse.error(CniErrorCode.INVALID_CONFIG, limits.tooLong(), ""));
                return false;
            }
        } catch (CniException e) {
            answer(CniResponse.error(e.code(), String.valueOf(e.getMessage()), e.details()));
            return false;
        }
        isAdmitted = limits.admit();
        if (isAdmitted) {
            frame.beginBody();
        } else {
            answer(limits.tooMany());
        }
        return isAdmitted;
    }

    /** Sends the answer; what the socket does not take now is sent by the loop. */
    void answer(CniResponse response) {
        answer = AnswerFrame.of(response);
        sinceNanos = System.nanoTime();
        phase = Phase.ANSWERING;
        try {
            if (isSent()) {
                answered(); // The plugin may have ended by now, and its key with it: the key is left alone.
            } else {
                key.interestOpsOr(SelectionKey.OP_WRITE);
                loop.wakeUp();
            }
        } catch (IOException | CancelledKeyException e) {
            LOG.info("the CNI plugin has ended before its answer");
        }
    }

    /** Leaves the call to the next agent: the loop, which closes, ends the connection, and the plugin repeats the call. */
    void leave() {
        sinceNanos = System.nanoTime();
        answered();
    }

    /** Called by the loop when the socket takes more. */
    void write() throws IOException {
        if (isSent()) {
            key.interestOpsAnd(SelectionKey.OP_READ);
            answered();
        }
    }

    private boolean isSent() throws IOException {
        channel.write(answer);
        return !answer.hasRemaining();
    }

    private void answered() {
        phase = Phase.ANSWERED;
        loop.answered();
    }

    /** How long it has been receiving or answering; 0 while the call runs, which has its own deadline. */
    long waitingNanos() {
        return phase == Phase.RUNNING ? 0 : System.nanoTime() - sinceNanos;
    }

    /** Whether the agent owes the plugin nothing: its call was not started, or it was answered. */
    boolean isIdle() {
        return phase == Phase.RECEIVING || phase == Phase.ANSWERED;
    }

    /** Closes the connection; a plugin that waits for an answer repeats its call. */
    void end() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("a connection of the CNI plugin did not close cleanly", e);
        }
        if (isAdmitted) {
            isAdmitted = false;
            limits.leave();
        }
        if (call != null) {
            call.abandon();
        }
    }
}
