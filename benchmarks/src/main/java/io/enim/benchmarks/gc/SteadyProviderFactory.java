// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.gc;

import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.ProviderContext;
import java.nio.file.Path;
import java.time.Duration;

/** The steady cloud as a provider, under the name {@code steady}; public for {@link java.util.ServiceLoader}. */
public final class SteadyProviderFactory implements EniProviderFactory {
    @Override
    public String name() {
        return "steady";
    }

    @Override
    public EniProvider create(ProviderContext context) {
        int count = Integer.parseInt(context.settings().getOrDefault("enis", "0"));
        return context.pool(new SteadyCloud(count, context.ownerTag()));
    }

    /** The settings of a node with this many ENIs, its records in a directory. */
    public static EniSettings.Builder settings(Path directory, int enis) {
        return EniSettings.builder("bench")
                .set(EniSetting.PROVIDER, "steady")
                .set(EniSetting.RUN_DIR, directory.resolve("run"))
                .set(EniSetting.STATE_DIR, directory.resolve("state"))
                .set(EniSetting.POOL_MAX, enis)
                .set(EniSetting.POOL_COOLDOWN, Duration.ZERO)
                .providerSetting("steady", "enis", String.valueOf(enis));
    }
}
