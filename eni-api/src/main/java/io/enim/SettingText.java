// SPDX-License-Identifier: Apache-2.0
package io.enim;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the texts of settings and holds the rules between them. */
final class SettingText {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    /** A hundred years, which no arithmetic with nanoseconds overflows. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");

    private SettingText() {}

    static Duration duration(EniSetting setting, String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new SettingsException(setting.key(), quoted(text) + " is no time; write 250ms, 30s, 5m or 2h");
        }
        long amount = Long.parseLong(matcher.group(1));
        Duration time = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
        if (time.compareTo(LONGEST) > 0) {
            throw new SettingsException(setting.key(), quoted(text) + " is longer than " + LONGEST.toHours() + "h");
        }
        return time;
    }

    static int count(EniSetting setting, String text) {
        if (!text.matches("\\d{1,7}")) {
            throw new SettingsException(setting.key(), quoted(text) + " is no count; write a number from 0 to 9999999");
        }
        return Integer.parseInt(text);
    }

    private static void mtu(EniSetting setting, String text) {
        int bytes = count(setting, text);
        try {
            LinkOptions.DEFAULT.withMtu(bytes == 0 ? OptionalInt.empty() : OptionalInt.of(bytes));
        } catch (InvalidRequestException e) {
            throw new SettingsException(setting.key(), e.getMessage() + "; 0 keeps the device's own", e);
        }
    }

    static Path path(EniSetting setting, String text) {
        Path path;
        try {
            path = Path.of(text);
        } catch (InvalidPathException e) {
            throw new SettingsException(setting.key(), quoted(text) + " is no path", e);
        }
        if (!path.isAbsolute()) {
            throw new SettingsException(setting.key(), quoted(text) + " is not an absolute path");
        }
        return path;
    }

    static void check(EniSettings settings) {
        for (EniSetting setting : EniSetting.values()) {
            String text = settings.text(setting);
            switch (setting) {
                case NODE, CLUSTER -> name(setting, text);
                case PROVIDER, DEVICES -> {
                    if (!text.isEmpty()) {
                        name(setting, text);
                    }
                }
                case RUN_DIR, STATE_DIR, SANDBOXES_DIR -> path(setting, text);
                case POOL_MIN, POOL_MAX, POOL_WARM, SANDBOXES_READY -> count(setting, text);
                case MTU -> mtu(setting, text);
                case POOL_RATE, MAX_OPERATIONS -> {
                    if (count(setting, text) == 0) {
                        throw new SettingsException(setting.key(), "at least 1");
                    }
                }
                case POOL_COOLDOWN, GC_AGE, POOL_IDLE -> duration(setting, text);
                default -> {
                    if (duration(setting, text).isZero()) {
                        throw new SettingsException(setting.key(), "longer than nothing");
                    }
                }
            }
        }
        noMoreThanMax(settings, EniSetting.POOL_MIN);
        noMoreThanMax(settings, EniSetting.SANDBOXES_READY);
    }

    private static void noMoreThanMax(EniSettings settings, EniSetting setting) {
        if (settings.count(setting) > settings.count(EniSetting.POOL_MAX)) {
            throw new SettingsException(
                    setting.key(),
                    settings.text(setting) + " is above " + EniSetting.POOL_MAX.key() + " "
                            + settings.text(EniSetting.POOL_MAX));
        }
    }

    private static String quoted(String text) {
        return "'" + PrintableText.brief(text) + "'";
    }

    private static void name(EniSetting setting, String text) {
        if (!NAME.matcher(text).matches()) {
            throw new SettingsException(
                    setting.key(),
                    quoted(text) + " is no name; 1 to 63 letters, digits, - _ . beginning with a letter or digit");
        }
    }
}
