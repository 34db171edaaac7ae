// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake;

import io.enim.SettingsException;
import io.enim.provider.ProviderContext;
import io.enim.provider.ProviderSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    STATE_FILE("state-file", "", "file that keeps the ENIs when the agent ends"),
    SEED("seed", "1", "seed of the random faults"),
    THROTTLE_RATE("throttle-rate", "0", "share of calls that are throttled, 0 to 1"),
    FAIL_RATE("fail-rate", "0", "share of calls that fail without effect, 0 to 1"),
    LOSE_RATE("lose-rate", "0", "share of calls that take effect and lose their answer, 0 to 1");

    private final String key;
    private final String defaultText;
    private final String description;

    FakeSetting(String key, String defaultText, String description) {
        this.key = key;
        this.defaultText = defaultText;
        this.description = description;
    }

    /** Reads the settings of a factory's context; an unknown key is refused. */
    static ProviderSettings read(ProviderContext context) {
        return context.settings(
                "fake", Stream.of(values()).map(each -> each.key).collect(Collectors.toSet()));
    }

    String text(ProviderSettings settings) {
        return settings.text(key, ".*").orElse(defaultText);
    }

    Optional<Path> path(ProviderSettings settings) {
        return settings.path(key);
    }

    int count(ProviderSettings settings, int most) {
        return settings.count(key, 0, most).orElseGet(() -> Integer.valueOf(defaultText));
    }

    Duration millis(ProviderSettings settings) {
        return Duration.ofMillis(count(settings, Integer.MAX_VALUE));
    }

    long seed(ProviderSettings settings) {
        return Long.parseLong(settings.text(key, "\\d{1,18}").orElse(defaultText));
    }

    double rate(ProviderSettings settings) {
        String text = text(settings);
        if (!text.matches("\\d{1,3}(\\.\\d{1,9})?") || Double.parseDouble(text) > 1) {
            throw refused(settings, text, "a number from 0 to 1", null);
        }
        return Double.parseDouble(text);
    }

    SettingsException refused(ProviderSettings settings, String text, String rule, @Nullable Throwable cause) {
        return settings.refused(key, text, "expected " + rule + " (" + description + ")", cause);
    }
}
