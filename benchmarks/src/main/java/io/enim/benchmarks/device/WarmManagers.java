// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.device;

import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.RetryableProviderException;
import io.enim.core.Enim;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Managers over the fake cloud whose ENIs are all ready. */
public final class WarmManagers {
    private static final long TIMEOUT = TimeUnit.MINUTES.toNanos(10);

    private WarmManagers() {}

    /** A manager whose records are in this directory, a new one for each. */
    static EniManager warm(NetworkDevices devices, Path directory, int enis, String families) {
        EniSettings settings = settings(directory, enis, families).build();
        EniManager manager = Enim.builder(settings).devices(devices).build();
        awaitReady(manager, enis);
        return manager;
    }

    /** The settings of such a manager; families are 4 or 46. */
    public static EniSettings.Builder settings(Path directory, int enis, String families) {
        EniSettings.Builder settings = EniSettings.builder("bench")
                .set(EniSetting.PROVIDER, "fake")
                .set(EniSetting.DEVICES, "linux")
                .set(EniSetting.RUN_DIR, directory.resolve("run"))
                .set(EniSetting.STATE_DIR, directory.resolve("state"))
                .set("enim.pool.min", String.valueOf(enis))
                .set("enim.pool.max", String.valueOf(enis))
                .set("enim.pool.rate", "1000")
                .set("enim.pool.cooldown", "0s")
                .set("enim.gc.interval", "1h")
                .providerSetting("fake", "plug", "veth")
                .providerSetting("fake", "max-enis", String.valueOf(enis))
                .providerSetting("fake", "ipv4", "10.0.0.0/12");
        return families.equals("46") ? settings : settings.providerSetting("fake", "ipv6", "none");
    }

    /** Waits until this many ENIs are ready. */
    public static void awaitReady(EniManager manager, int enis) {
        long began = System.nanoTime();
        while (ready(manager) < enis) {
            if (System.nanoTime() - began > TIMEOUT) {
                throw new IllegalStateException("not all of " + enis + " ENIs became ready: " + manager.health());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static long ready(EniManager manager) {
        try {
            return manager.enis().stream()
                    .filter(eni -> eni.state() == EniState.READY)
                    .count();
        } catch (RetryableProviderException e) {
            // The pool lists nothing before its first describe.
            return 0;
        }
    }
}
