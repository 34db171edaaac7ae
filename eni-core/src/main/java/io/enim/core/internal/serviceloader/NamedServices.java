// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.serviceloader;

import io.enim.EniSetting;
import io.enim.SettingsException;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The factories of one kind, by name. Immutable. */
public final class NamedServices<F> {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private final EniSetting setting;
    private final Map<String, F> byName;

    private NamedServices(EniSetting setting, Map<String, F> byName) {
        this.setting = setting;
        this.byName = byName;
    }

    /**
     * Loads all factories that are visible to this class loader.
     *
     * @param setting the setting that chooses one by name
     * @throws SettingsException two have one name, a name is malformed, or one cannot be loaded
     */
    public static <F> NamedServices<F> load(
            Class<F> type, ClassLoader loader, EniSetting setting, Function<F, String> nameOf) {
        List<F> found = new ArrayList<>();
        try {
            ServiceLoader.load(type, loader).forEach(found::add);
        } catch (ServiceConfigurationError e) {
            String detail = "a " + type.getSimpleName() + " on the class path cannot be loaded: " + e.getMessage();
            throw new SettingsException(setting.key(), detail, e);
        }
        return of(found, setting, nameOf);
    }

    static <F> NamedServices<F> of(Collection<F> factories, EniSetting setting, Function<F, String> nameOf) {
        Map<String, F> byName = new TreeMap<>();
        for (F factory : factories) {
            String name = nameOf.apply(factory);
            if (!NAME.matcher(name).matches()) {
                String rule = "'; a name has lower-case letters, digits and -";
                throw new SettingsException(setting.key(), describe(factory) + " has the name '" + name + rule);
            }
            F other = byName.putIfAbsent(name, factory);
            if (other != null) {
                String both = describe(other) + " and " + describe(factory);
                throw new SettingsException(
                        setting.key(),
                        "two have the name '" + name + "': " + both + "; remove one from the class path");
            }
        }
        return new NamedServices<>(setting, byName);
    }

    /**
     * The factory of this name; without a name, the only one.
     *
     * @throws SettingsException there is none, none of this name, or several without a name
     */
    public F choose(String name) {
        F chosen = name.isEmpty() && byName.size() == 1
                ? byName.values().iterator().next()
                : byName.get(name);
        if (chosen != null) {
            return chosen;
        }
        String detail = name.isEmpty()
                ? "several are on the class path; set the name of one of them: " + byName.keySet()
                : "'" + name + "' is not on the class path; available are " + byName.keySet();
        throw new SettingsException(
                setting.key(), byName.isEmpty() ? "none is on the class path; add a jar with one" : detail);
    }

    private static String describe(Object factory) {
        CodeSource source = factory.getClass().getProtectionDomain().getCodeSource();
        return factory.getClass().getName() + (source == null ? "" : " from " + source.getLocation());
    }
}
