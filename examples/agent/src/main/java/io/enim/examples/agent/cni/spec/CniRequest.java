// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import java.time.Duration;
import java.util.Optional;

/**
 * One call of the plugin: its {@code CNI_} variables and its standard input, not validated. A variable that is not set is
 * empty. The deadline is how long the plugin waits for the answer, if that is known.
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
