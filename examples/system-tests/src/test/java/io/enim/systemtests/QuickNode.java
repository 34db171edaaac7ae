package io.enim.systemtests;

import io.enim.EniSetting;
import io.enim.EniSettings;
import java.nio.file.Path;

/** A node of the fake cloud on this machine's devices, which waits for nothing but them. */
public final class QuickNode {
    private QuickNode() {}

    /** The settings of one with so many ENIs, each a veth device, and its records in the directory. */
    public static EniSettings.Builder settings(String name, Path directory, int enis) {
        return EniSettings.builder(name)
                .set(EniSetting.PROVIDER, "fake")
                .set(EniSetting.DEVICES, "linux")
                .set(EniSetting.RUN_DIR, directory.resolve("run"))
                .set(EniSetting.STATE_DIR, directory.resolve("state"))
                .set(EniSetting.POOL_MIN, enis)
                .set(EniSetting.POOL_MAX, enis)
                .set(EniSetting.POOL_RATE, "1000")
                .set(EniSetting.POOL_POLL_INITIAL, "50ms")
                .set(EniSetting.POOL_COOLDOWN, "0s")
                .providerSetting("fake", "plug", "veth");
    }
}
