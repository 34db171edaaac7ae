package io.enim.examples.agent.cni.spec;

import java.time.Duration;
import java.util.Optional;

/**
 * One call of the plugin: its environment and its standard input, not validated. A variable that is not set is empty.
 *
 * @param command {@code CNI_COMMAND}
 * @param containerId {@code CNI_CONTAINERID}
 * @param netns {@code CNI_NETNS}
 * @param ifname {@code CNI_IFNAME}
 * @param args {@code CNI_ARGS}
 * @param config the configuration from standard input
 * @param deadline how long the plugin waits for the answer; empty if unknown
 */
public record CniRequest(
        String command,
        String containerId,
        String netns,
        String ifname,
        String args,
        byte[] config,
        Optional<Duration> deadline) {
    public CniRequest {
        config = config.clone();
    }
}
