// SPDX-License-Identifier: Apache-2.0
package io.enim.provider;

import static java.util.Objects.requireNonNull;

import io.enim.EniSetting;
import io.enim.PrintableText;
import io.enim.SettingsException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a provider's settings into values. A key that is not set, or set to nothing, is empty; spaces around a value
 * do not count. Every error is a {@link SettingsException} that names the whole key; none shows the value of an unknown
 * key, of a secret, or of an address with a user in it. Immutable.
 */
public final class ProviderSettings {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)");

    private final String prefix;
    private final Map<String, String> settings;

    /**
     * Checks the keys.
     *
     * @param provider the provider's name
     * @param settings the texts by key, without the prefix {@code enim.provider.NAME.}
     * @param known every key the provider reads
     * @throws SettingsException a key is none of the known ones
     */
    public ProviderSettings(String provider, Map<String, String> settings, Set<String> known) {
        this.prefix = EniSetting.PROVIDER.key() + "." + requireNonNull(provider, "provider") + ".";
        this.settings = Map.copyOf(settings);
        for (String key : new TreeSet<>(settings.keySet())) {
            if (!known.contains(key)) {
                // The value stays out of the text: it may be a secret under a wrong key.
                throw new SettingsException(prefix + key, "unknown; known are " + new TreeSet<>(known));
            }
        }
    }

    /** A value of this form, a regular expression for the whole of it. */
    public Optional<String> text(String key, String pattern) {
        Optional<String> text = raw(key);
        text.filter(value -> !value.matches(pattern)).ifPresent(value -> {
            throw refused(key, value, "expected the form " + pattern);
        });
        return text;
    }

    /** A value without spaces that no error shows. */
    public Optional<String> secret(String key) {
        Optional<String> secret = raw(key);
        if (secret.filter(value -> !value.matches("\\S+")).isPresent()) {
            throw new SettingsException(prefix + key, "its value: expected no spaces inside");
        }
        return secret;
    }

    /** Items of this form, separated by commas, none of them twice; in the order they are written. */
    public List<String> list(String key, String pattern) {
        List<String> items = new ArrayList<>();
        for (String item : split(key)) {
            if (!item.matches(pattern)) {
                throw refused(key, item, "expected items of the form " + pattern + ", separated by commas");
            }
            if (items.contains(item)) {
                throw refused(key, item, "is written twice");
            }
            items.add(item);
        }
        return List.copyOf(items);
    }

    /** Pairs {@code name=value}, separated by commas, no name of them twice. */
    public Map<String, String> pairs(String key) {
        Map<String, String> pairs = new HashMap<>();
        for (String item : split(key)) {
            String[] parts = item.split("=", 2);
            if (parts.length < 2 || parts[0].isBlank()) {
                throw refused(key, item, "expected name=value, separated by commas");
            }
            if (pairs.put(parts[0].trim(), parts[1].trim()) != null) {
                throw refused(key, item, "the name is written twice");
            }
        }
        return Map.copyOf(pairs);
    }

    /** A constant of an enum, written in lower case. */
    public <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
        Map<String, E> constants = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            constants.put(constant.name().toLowerCase(Locale.ROOT), constant);
        }
        return raw(key).map(text -> Optional.ofNullable(constants.get(text))
                .orElseThrow(() -> refused(key, text, "expected one of " + constants.keySet())));
    }

    /** An address with http or https and a host, without a user. */
    public Optional<URI> uri(String key) {
        String rule = "expected an address like https://cloud.example.com, without a user";
        return raw(key).map(text -> {
            if (text.indexOf('@') >= 0) {
                throw new SettingsException(prefix + key, "its value: " + rule);
            }
            try {
                URI uri = new URI(text);
                if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                    return uri;
                }
            } catch (URISyntaxException e) {
                throw refused(key, text, rule, e);
            }
            throw refused(key, text, rule);
        });
    }

    /** The absolute path of a file, which need not be there. */
    public Optional<Path> path(String key) {
        String rule = "expected the absolute path of a file";
        return raw(key).map(text -> {
            try {
                Path path = Path.of(text);
                if (path.isAbsolute() && path.getFileName() != null) {
                    return path;
                }
            } catch (InvalidPathException e) {
                throw refused(key, text, rule, e);
            }
            throw refused(key, text, rule);
        });
    }

    /** A time like {@code 250ms}, {@code 10s} or {@code 1m}, longer than nothing. */
    public Optional<Duration> duration(String key) {
        return raw(key).map(text -> {
            Matcher matcher = DURATION.matcher(text);
            if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
                throw refused(key, text, "expected a time like 250ms, 10s or 1m, longer than nothing");
            }
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                default -> Duration.ofMinutes(amount);
            };
        });
    }

    /** A whole number from {@code least} to {@code most}, neither of them negative. */
    public Optional<Integer> count(String key, int least, int most) {
        return raw(key).map(text -> {
            if (!text.matches("\\d{1,10}") || Long.parseLong(text) < least || Long.parseLong(text) > most) {
                throw refused(key, text, "expected a whole number from " + least + " to " + most);
            }
            return Integer.valueOf(text);
        });
    }

    /** The error for a value, or the part of one, that breaks a rule of the provider's own. Shows it. */
    public SettingsException refused(String key, String value, String rule) {
        return refused(key, value, rule, null);
    }

    /** As above, with what found the rule broken. */
    public SettingsException refused(String key, String value, String rule, @Nullable Throwable cause) {
        return new SettingsException(prefix + key, "'" + PrintableText.brief(value) + "': " + rule, cause);
    }

    /** The error for a key that has to be set. */
    public SettingsException missing(String key, String rule) {
        return new SettingsException(prefix + key, "is missing: " + rule);
    }

    private Optional<String> raw(String key) {
        return Optional.ofNullable(settings.get(key)).map(String::trim).filter(value -> !value.isEmpty());
    }

    private List<String> split(String key) {
        return Pattern.compile(",")
                .splitAsStream(settings.getOrDefault(key, ""))
                .map(String::trim)
                .filter(item -> !item.isEmpty())
                .toList();
    }
}
