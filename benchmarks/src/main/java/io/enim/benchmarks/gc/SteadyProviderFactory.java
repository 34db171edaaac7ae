package io.enim.benchmarks.gc;

import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.ProviderContext;

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
}
