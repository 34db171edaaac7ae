// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All settings of one manager: checked, immutable, complete. Made with a builder, or from a map of {@code enim.*} keys;
 * an unknown or bad key is an error that names it.
 */
public final class EniSettings {
    private static final String PROVIDER_PREFIX = EniSetting.PROVIDER.key() + ".";

    private final EnumMap<EniSetting, String> texts;
    private final Map<String, String> providerSettings;

    private EniSettings(EnumMap<EniSetting, String> texts, Map<String, String> providerSettings) {
        this.texts = texts;
        this.providerSettings = providerSettings;
    }

    /** Begins with the defaults. */
    public static Builder builder(String node) {
        return new Builder().set(EniSetting.NODE, node);
    }

    /**
     * Reads a map of {@code enim.*} keys.
     *
     * @throws SettingsException a key is unknown, or its value is bad
     */
    public static EniSettings fromMap(Map<String, String> map) {
        Builder builder = new Builder();
        map.forEach(builder::set);
        return builder.build();
    }

    /** The text of one setting; the default's where nothing was set. */
    public String text(EniSetting setting) {
        return texts.getOrDefault(setting, setting.defaultText());
    }

    /** Whether it was set, be it to its default. */
    public boolean isSet(EniSetting setting) {
        return texts.containsKey(setting);
    }

    /** The value of a setting that is a time. */
    public Duration duration(EniSetting setting) {
        return SettingText.duration(setting, text(setting));
    }

    /** The value of a setting that is a count. */
    public int count(EniSetting setting) {
        return SettingText.count(setting, text(setting));
    }

    /** The value of a setting that is a path. */
    public Path path(EniSetting setting) {
        return SettingText.path(setting, text(setting));
    }

    /** The settings of the provider of this name, without their prefix. */
    public Map<String, String> forProvider(String name) {
        String prefix = name + ".";
        Map<String, String> own = new TreeMap<>();
        providerSettings.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                own.put(key.substring(prefix.length()), value);
            }
        });
        return Collections.unmodifiableMap(own);
    }

    /** These settings as a map of keys, defaults left out; {@link #fromMap} reads it back. */
    public Map<String, String> toMap() {
        Map<String, String> map = new TreeMap<>();
        texts.forEach((setting, text) -> map.put(setting.key(), text));
        providerSettings.forEach((key, text) -> map.put(PROVIDER_PREFIX + key, text));
        return map;
    }

    /** Keys and values without those of providers, which may be secret. */
    @Override
    public String toString() {
        return texts.toString();
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private final EnumMap<EniSetting, String> texts = new EnumMap<>(EniSetting.class);
        private final Map<String, String> providerSettings = new HashMap<>();

        private Builder() {}

        /** Sets one setting from its text. */
        public Builder set(EniSetting setting, String text) {
            texts.put(requireNonNull(setting, "setting"), requireNonNull(text, "text"));
            return this;
        }

        /** Sets a setting that is a time. */
        public Builder set(EniSetting setting, Duration time) {
            return set(setting, time.toMillis() + "ms");
        }

        /** Sets a setting that is a count. */
        public Builder set(EniSetting setting, int count) {
            return set(setting, Integer.toString(count));
        }

        /** Sets a setting that is a path. */
        public Builder set(EniSetting setting, Path path) {
            return set(setting, path.toString());
        }

        /**
         * Sets one key.
         *
         * @throws SettingsException the key is unknown
         */
        public Builder set(String key, String text) {
            if (key.startsWith(PROVIDER_PREFIX)) {
                String rest = key.substring(PROVIDER_PREFIX.length());
                if (rest.indexOf('.') <= 0) {
                    throw new SettingsException(key, "a provider's setting is " + PROVIDER_PREFIX + "NAME.KEY");
                }
                providerSettings.put(rest, requireNonNull(text, "text"));
                return this;
            }
            for (EniSetting setting : EniSetting.values()) {
                if (setting.key().equals(key)) {
                    return set(setting, text);
                }
            }
            List<String> known =
                    Stream.of(EniSetting.values()).map(EniSetting::key).toList();
            throw new SettingsException(key, "unknown; known are " + known + " and " + PROVIDER_PREFIX + "NAME.*");
        }

        /** Sets one setting of a provider. */
        public Builder providerSetting(String provider, String key, String text) {
            return set(PROVIDER_PREFIX + provider + "." + key, text);
        }

        /**
         * The settings; later changes to this builder do not reach them.
         *
         * @throws SettingsException a value is bad
         */
        public EniSettings build() {
            EniSettings settings = new EniSettings(new EnumMap<>(texts), Map.copyOf(providerSettings));
            SettingText.check(settings);
            return settings;
        }
    }
}
