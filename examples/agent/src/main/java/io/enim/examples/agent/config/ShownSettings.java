// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.config;

import io.enim.EniSetting;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which settings may be shown to others: those that are known and harmless. Of every other key, one that a later release or another
 * provider has too, the value is masked. Immutable.
 */
public final class ShownSettings {
    /** What is shown in place of a value. */
    public static final String MASK = "(masked)";

    /** A name of what may hold a secret. */
    private static final Pattern SECRET =
            Pattern.compile("(?i).*(secret|token|passw|credential|private|auth|access.?key|api.?key|signature).*");

    /** Keys of ENIM's providers that say where an ENI is made, and how. */
    private static final Set<String> OF_PROVIDERS = Set.of(
            "region",
            "zone",
            "instance-id",
            "vpc-id",
            "subnets",
            "subnet-ids",
            "security-groups",
            "security-group-ids",
            "network-cards",
            "ipv4",
            "ipv6",
            "call-timeout",
            "plug",
            "max-enis",
            "visible-ms",
            "attach-ms",
            "detach-ms",
            "throttle-rate",
            "fail-rate",
            "lose-rate");

    private static final Set<String> KNOWN = known();

    private ShownSettings() {}

    /** Whether the name sounds like that of a secret. */
    public static boolean isSecret(String name) {
        return SECRET.matcher(name).matches();
    }

    /** Whether the value of this key may be shown. */
    public static boolean isShown(String key) {
        if (KNOWN.contains(key)) {
            // A file that holds a secret is named, not read.
            return !isSecret(key) || key.endsWith("-file");
        }
        String prefix = EniSetting.PROVIDER.key() + ".";
        return key.startsWith(prefix) && OF_PROVIDERS.contains(key.substring(key.indexOf('.', prefix.length()) + 1));
    }

    /** The settings, sorted, with the values that may be shown. */
    public static Map<String, String> of(Map<String, String> settings) {
        Map<String, String> shown = new TreeMap<>();
        settings.forEach((key, text) -> shown.put(key, isShown(key) ? text : MASK));
        return shown;
    }

    /** The key of a variable of the environment; the name itself where it is none of a setting. */
    public static String keyOf(String variable) {
        return Stream.concat(
                        KNOWN.stream(),
                        OF_PROVIDERS.stream()
                                .flatMap(key -> Stream.of("aws", "bce", "fake")
                                        .map(name -> EniSetting.PROVIDER.key() + "." + name + "." + key)))
                .filter(key -> variable.equals(variableOf(key)))
                .findFirst()
                .orElse(variable);
    }

    private static String variableOf(String key) {
        String full = key.startsWith("enim.") ? key : "enim." + key;
        return full.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static Set<String> known() {
        Set<String> known = new HashSet<>();
        Arrays.stream(EniSetting.values()).map(EniSetting::key).forEach(known::add);
        Arrays.stream(AgentSetting.values()).map(AgentSetting::key).forEach(known::add);
        return Set.copyOf(known);
    }
}
