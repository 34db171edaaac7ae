// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.path;

import io.enim.benchmarks.device.Contender;
import io.enim.examples.agent.cli.AgentClient;
import io.enim.examples.agent.cli.AgentClient.AgentResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** The shell plugin's requests over HTTP, sent to the agent's socket without the plugin. */
final class HttpContender implements Contender {
    private static final String CONFIG = encoded("{\"cniVersion\":\"1.0.0\",\"name\":\"bench\",\"type\":\"enim\"}");

    private final AgentClient client;
    private final String netns;
    private int endpoint;

    HttpContender(Path socket, Path netns) {
        this.client = new AgentClient(socket, Duration.ofMinutes(1));
        this.netns = encoded(netns.toString());
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    @Override
    public Timing add() {
        endpoint++;
        return call("ADD");
    }

    @Override
    public Timing del() {
        return call("DEL");
    }

    private Timing call(String command) {
        String form = "command=%s&container=http-%d&netns=%s&ifname=eth0&args=&timeout=60&config=%s"
                .formatted(command, endpoint, netns, CONFIG);
        try {
            long began = System.nanoTime();
            AgentResponse answer = client.post("/cni", form);
            long nanos = System.nanoTime() - began;
            if (answer.status() != 200) {
                throw new IllegalStateException(command + " failed: " + answer);
            }
            return Timing.of(nanos);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot reach the agent for " + command, e);
        }
    }
}
