// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The settings of the demo's agent. */
final class DemoAgentSettings {
    /** ENIs of the node: one more than there are containers. */
    static final int ENIS = 4;

    private DemoAgentSettings() {}

    static Map<String, String> of(Path directory, String devices, String plug) {
        Map<String, String> flags = new LinkedHashMap<>();
        flags.put("agent.socket", directory.resolve("agent.sock").toString());
        flags.put("enim.node", "demo");
        flags.put("enim.provider", "fake");
        flags.put("enim.devices", devices);
        flags.put("enim.run-dir", directory.resolve("run").toString());
        flags.put("enim.state-dir", directory.resolve("state").toString());
        flags.put("enim.pool.min", Integer.toString(ENIS));
        flags.put("enim.pool.max", Integer.toString(ENIS));
        flags.put("enim.pool.cooldown", "200ms");
        flags.put("enim.pool.rate", "100");
        flags.put("enim.gc.interval", "1s");
        flags.put("enim.gc.age", "2s");
        flags.put("enim.provider.fake.plug", plug);
        flags.put("enim.provider.fake.state-file", directory.resolve("cloud").toString());
        return flags;
    }
}
