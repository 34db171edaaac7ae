package io.enim.examples.customprovider;

import io.enim.SettingsException;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.ProviderContext;
import java.util.Map;

/** Makes the provider {@code rack}. Its one setting is {@code slots}: how many ports the machine takes, 8 by default. */
public final class RackProviderFactory implements EniProviderFactory {
    private static final String PREFIX = "enim.provider.rack.";
    private static final String SLOTS = "slots";

    @Override
    public String name() {
        return "rack";
    }

    @Override
    public EniProvider create(ProviderContext context) {
        return context.pool(new RackCloud(new Rack(slots(context.settings())), context.ownerTag()));
    }

    private static int slots(Map<String, String> settings) {
        settings.keySet().stream().filter(key -> !key.equals(SLOTS)).findFirst().ifPresent(unknown -> {
            throw new SettingsException(PREFIX + unknown, "not known to the rack; the one setting is " + SLOTS);
        });
        String value = settings.getOrDefault(SLOTS, "8");
        if (!value.matches("[1-9][0-9]{0,2}")) {
            throw new SettingsException(PREFIX + SLOTS, value + " is not a number from 1 to 999; count the free slots");
        }
        return Integer.parseInt(value);
    }
}
