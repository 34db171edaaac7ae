package io.enim.provider.bce;

import io.enim.EniSetting;
import io.enim.SettingsException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads texts of settings into values; every error names the whole key, and none shows a secret. */
final class SettingReader {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)");
    private static final Set<String> SECRETS = Set.of(AccessKeySource.SECRET_ACCESS_KEY, AccessKeySource.SESSION_TOKEN);

    private final String prefix = EniSetting.PROVIDER.key() + "." + BceProviderFactory.NAME + ".";
    private final Map<String, String> settings;

    /**
     * Begins to read.
     *
     * @throws SettingsException a key is none of the known ones
     */
    SettingReader(Map<String, String> settings, Set<String> known) {
        this.settings = settings;
        for (String key : new TreeSet<>(settings.keySet())) {
            if (!known.contains(key)) {
                // The value stays out of the text: somebody may have written a secret under a wrong key.
                throw new SettingsException(prefix + key, "unknown; known are " + new TreeSet<>(known));
            }
        }
    }

    SettingsException missing(String key, String rule) {
        return new SettingsException(prefix + key, "is missing: " + rule);
    }

    SettingsException bad(String key, String value, String rule, @Nullable Exception cause) {
        String shown = SECRETS.contains(key) ? "its value" : "'" + value + "'";
        return new SettingsException(prefix + key, shown + ": " + rule, cause);
    }

    Optional<String> text(String key, String pattern) {
        Optional<String> text =
                Optional.ofNullable(settings.get(key)).map(String::trim).filter(value -> !value.isEmpty());
        text.filter(value -> !value.matches(pattern)).ifPresent(value -> {
            throw bad(key, value, "expected the form " + pattern, null);
        });
        return text;
    }

    List<String> list(String key, String pattern) {
        List<String> items = Pattern.compile(",")
                .splitAsStream(settings.getOrDefault(key, ""))
                .map(String::trim)
                .filter(item -> !item.isEmpty())
                .toList();
        for (String item : items) {
            if (!item.matches(pattern)) {
                throw bad(key, item, "expected items of the form " + pattern + ", separated by commas", null);
            }
        }
        if (Set.copyOf(items).size() < items.size()) {
            throw bad(key, String.join(",", items), "an item is written twice", null);
        }
        return items;
    }

    String choice(String key, String otherwise, String... more) {
        Set<String> choices = new TreeSet<>(List.of(more));
        choices.add(otherwise);
        String text = text(key, ".*").orElse(otherwise);
        if (!choices.contains(text)) {
            throw bad(key, text, "expected one of " + choices, null);
        }
        return text;
    }

    Optional<URI> uri(String key) {
        return text(key, ".*").map(text -> {
            URI uri;
            try {
                uri = new URI(text);
            } catch (URISyntaxException e) {
                throw bad(key, text, "expected an address like https://bcc.bj.baidubce.com", e);
            }
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!web || uri.getHost() == null || uri.getUserInfo() != null) {
                throw bad(
                        key,
                        uri.getHost() == null ? text : uri.getHost(),
                        "expected http or https and a host, and no user",
                        null);
            }
            return uri;
        });
    }

    Optional<Integer> count(String key) {
        return text(key, "\\d{1,4}").map(Integer::valueOf);
    }

    Duration duration(String key, Duration otherwise) {
        Optional<String> text = text(key, ".*");
        if (text.isEmpty()) {
            return otherwise;
        }
        Matcher matcher = DURATION.matcher(text.get());
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw bad(key, text.get(), "expected a time like 250ms, 10s or 1m, longer than nothing", null);
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
    }
}
