package io.enim.provider.fake;

import io.enim.SettingsException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The settings of the fake cloud, behind {@code enim.provider.fake.}. */
enum FakeSetting {
    PLUG("plug", "memory", "what an ENI's device is: memory, veth or command"),
    PLUG_COMMAND("plug-command", "", "with plug=command, the file that is run to plug and unplug a device with a MAC"),
    MAX_ENIS("max-enis", "8", "ENIs this instance may have"),
    IPV4("ipv4", "10.80.0.0/24", "IPv4 block of the subnet; none for an IPv6-only one"),
    IPV6("ipv6", "fd80::/64", "IPv6 block of the subnet; none for an IPv4-only one"),
    VISIBLE("visible-ms", "0", "milliseconds until a created ENI is described"),
    ATTACH("attach-ms", "0", "milliseconds that attaching takes"),
    DETACH("detach-ms", "0", "milliseconds that detaching takes"),
    STATE_FILE("state-file", "", "file that remembers the ENIs beyond the death of the agent"),
    SEED("seed", "1", "seed of the faults by chance"),
    THROTTLE_RATE("throttle-rate", "0", "share of calls that are throttled, 0 to 1"),
    FAIL_RATE("fail-rate", "0", "share of calls that fail without effect, 0 to 1"),
    LOSE_RATE("lose-rate", "0", "share of calls that take effect and lose their answer, 0 to 1");

    private static final String PREFIX = "enim.provider.fake.";

    private final String key;
    private final String defaultText;
    private final String description;

    FakeSetting(String key, String defaultText, String description) {
        this.key = key;
        this.defaultText = defaultText;
        this.description = description;
    }

    String description() {
        return description;
    }

    String text(Map<String, String> settings) {
        return settings.getOrDefault(key, defaultText);
    }

    long number(Map<String, String> settings) {
        try {
            long number = Long.parseLong(text(settings));
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refused(text(settings), "a number", e);
        }
        throw refused(text(settings), "not negative", null);
    }

    int count(Map<String, String> settings) {
        long number = number(settings);
        if (number > 1_000_000) {
            throw refused(text(settings), "at most 1000000", null);
        }
        return (int) number;
    }

    double rate(Map<String, String> settings) {
        try {
            double rate = Double.parseDouble(text(settings));
            if (rate >= 0 && rate <= 1) {
                return rate;
            }
        } catch (NumberFormatException e) {
            throw refused(text(settings), "a number from 0 to 1", e);
        }
        throw refused(text(settings), "from 0 to 1", null);
    }

    SettingsException refused(String text, String rule, @Nullable Throwable cause) {
        return new SettingsException(
                PREFIX + key, "'" + text + "' is refused: " + rule + " (" + description + ")", cause);
    }

    static void requireKnown(Map<String, String> settings) {
        for (String key : settings.keySet()) {
            if (Arrays.stream(values()).noneMatch(known -> known.key.equals(key))) {
                throw new SettingsException(
                        PREFIX + key,
                        "unknown; known are "
                                + Arrays.stream(values())
                                        .map(known -> known.key)
                                        .toList());
            }
        }
    }
}
