// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.examples.agent.api.NodeView;
import io.enim.examples.agent.cli.AgentClient.AgentResponse;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Asks an agent for its picture at an interval, on a thread of its own, so that an agent that does not answer holds up no key. Safe for
 * concurrent use.
 */
final class NodeWatch implements AutoCloseable {
    /**
     * What is known.
     *
     * @param node the latest picture; null before the first
     * @param failure why there is no later one; null while the agent answers
     * @param failedSince when it first failed to answer, by {@link System#nanoTime}
     */
    record Seen(@Nullable NodeView node, @Nullable String failure, long failedSince) {}

    private final AgentClient client;
    private final long intervalNanos;
    private final Thread thread = new Thread(this::run, "enim-top");
    private volatile Seen seen = new Seen(null, null, 0);
    private volatile boolean closed;

    NodeWatch(AgentClient client, long intervalMillis) {
        this.client = client;
        this.intervalNanos = TimeUnit.MILLISECONDS.toNanos(intervalMillis);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    Seen seen() {
        return seen;
    }

    private void run() {
        while (!closed) {
            seen = ask();
            LockSupport.parkNanos(intervalNanos);
        }
    }

    private Seen ask() {
        Seen before = seen;
        try {
            return new Seen(read(client.get("/v1/node")), null, 0);
        } catch (IOException e) {
            long since = before.failure() == null ? System.nanoTime() : before.failedSince();
            return new Seen(before.node(), String.valueOf(e.getMessage()), since);
        }
    }

    private static NodeView read(AgentResponse answer) throws IOException {
        if (answer.status() != 200) {
            throw new IOException(AgentConnection.error(answer));
        }
        return JSON.std.beanFrom(NodeView.class, answer.body());
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
