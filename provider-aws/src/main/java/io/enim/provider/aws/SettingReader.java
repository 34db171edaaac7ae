package io.enim.provider.aws;

import io.enim.EniSetting;
import io.enim.SettingsException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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

/** Reads texts of settings into values; every error names the whole key. */
final class SettingReader {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)");

    private final String prefix;
    private final Map<String, String> settings;

    /**
     * Begins to read.
     *
     * @throws SettingsException a key is none of the known ones
     */
    SettingReader(String provider, Map<String, String> settings, Set<String> known) {
        this.prefix = EniSetting.PROVIDER.key() + "." + provider + ".";
        this.settings = settings;
        for (String key : new TreeSet<>(settings.keySet())) {
            if (!known.contains(key)) {
                // The value stays out of the text: somebody may have tried to write a credential here.
                throw new SettingsException(prefix + key, "unknown; known are " + new TreeSet<>(known));
            }
        }
    }

    SettingsException bad(String key, String value, String rule) {
        return bad(key, value, rule, null);
    }

    private SettingsException bad(String key, String value, String rule, @Nullable Exception cause) {
        return new SettingsException(prefix + key, "'" + value + "': " + rule, cause);
    }

    Optional<String> text(String key, String pattern) {
        Optional<String> text =
                Optional.ofNullable(settings.get(key)).map(String::trim).filter(value -> !value.isEmpty());
        text.filter(value -> !value.matches(pattern)).ifPresent(value -> {
            throw bad(key, value, "expected the form " + pattern);
        });
        return text;
    }

    List<String> list(String key, String pattern) {
        List<String> items = new ArrayList<>();
        for (String item : split(key)) {
            if (!item.matches(pattern)) {
                throw bad(key, item, "expected items of the form " + pattern + ", separated by commas");
            }
            if (items.contains(item)) {
                throw bad(key, item, "is written twice");
            }
            items.add(item);
        }
        return List.copyOf(items);
    }

    Map<String, String> pairs(String key) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String item : split(key)) {
            int equals = item.indexOf('=');
            if (equals <= 0) {
                throw bad(key, item, "expected name=value, separated by commas");
            }
            if (pairs.put(
                            item.substring(0, equals).trim(),
                            item.substring(equals + 1).trim())
                    != null) {
                throw bad(key, item, "the name is written twice");
            }
        }
        return Map.copyOf(pairs);
    }

    <E extends Enum<E>> E choice(String key, E otherwise, Class<E> type) {
        Optional<String> text = text(key, ".*");
        return text.isEmpty()
                ? otherwise
                : Arrays.stream(type.getEnumConstants())
                        .filter(constant -> spelling(constant).equals(text.get()))
                        .findFirst()
                        .orElseThrow(() -> bad(
                                key,
                                text.get(),
                                "expected one of "
                                        + Arrays.stream(type.getEnumConstants())
                                                .map(SettingReader::spelling)
                                                .toList()));
    }

    Optional<URI> uri(String key) {
        return text(key, ".*").map(text -> {
            URI uri;
            try {
                uri = new URI(text);
            } catch (URISyntaxException e) {
                throw bad(key, text, "expected an address like https://ec2.example.com", e);
            }
            String scheme = uri.getScheme();
            if (uri.getHost() == null
                    || uri.getUserInfo() != null
                    || !("http".equals(scheme) || "https".equals(scheme))) {
                throw bad(
                        key,
                        uri.getHost() == null ? text : uri.getHost(),
                        "expected http or https and a host, and no user");
            }
            return uri;
        });
    }

    Duration duration(String key, Duration otherwise) {
        Optional<String> text = text(key, ".*");
        if (text.isEmpty()) {
            return otherwise;
        }
        Matcher matcher = DURATION.matcher(text.get());
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw bad(key, text.get(), "expected a time like 250ms, 10s or 1m, longer than nothing");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
    }

    private List<String> split(String key) {
        return Pattern.compile(",")
                .splitAsStream(settings.getOrDefault(key, ""))
                .map(String::trim)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private static String spelling(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
