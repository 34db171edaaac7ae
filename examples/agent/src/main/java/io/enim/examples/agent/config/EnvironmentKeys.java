// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.config;

import io.enim.EniSetting;
import io.enim.SettingsException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Settings in environment variables. {@code ENIM_POOL_MAX} is {@code enim.pool.max}: capitals, and an underscore for each
 * dot and hyphen. {@code ENIM_PROVIDER_NAME_SOME_KEY} is the provider's {@code enim.provider.name.some-key}. The agent's
 * own settings begin with {@code ENIM_AGENT_}; {@code ENIM_SOCKET}, which plugin and command line also read, is
 * {@code agent.socket}.
 */
final class EnvironmentKeys {
    private static final String PREFIX = "ENIM_";
    private static final String PROVIDER = "ENIM_PROVIDER_";
    private static final String SOCKET = "ENIM_SOCKET";
    /** Variables of the plugin, the launcher and the image, which are no settings of the agent. */
    private static final Set<String> OTHERS =
            Set.of("ENIM_CONFIG", "ENIM_TIMEOUT", "ENIM_JAVA", "ENIM_JAVA_OPTS", "ENIM_ARCHIVE", "ENIM_CONTAINER");

    /**
     * What Kubernetes sets in every container for a Service whose name begins with {@code enim}: its host and port, and those of
     * each port as a URL and in parts.
     */
    private static final Pattern SERVICE = Pattern.compile(
            "ENIM_(\\w+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

    private static final Map<String, String> KNOWN = known();

    private EnvironmentKeys() {}

    /** @throws SettingsException a variable is unknown */
    static Map<String, String> read(Map<String, String> environment) {
        Map<String, String> settings = new HashMap<>();
        environment.forEach((name, text) -> {
            if (name.startsWith(PREFIX) && !OTHERS.contains(name) && !isOfAService(name)) {
                settings.put(keyOf(name), text);
            }
        });
        return settings;
    }

    /** A provider may have a setting of such a name, and a Service is hardly called so. */
    private static boolean isOfAService(String name) {
        return SERVICE.matcher(name).matches() && !KNOWN.containsKey(name) && !name.startsWith(PROVIDER);
    }

    private static String keyOf(String name) {
        String known = KNOWN.get(name);
        if (known != null) {
            return known;
        }
        int end = name.indexOf('_', PROVIDER.length());
        if (name.startsWith(PROVIDER) && end > PROVIDER.length() && end < name.length() - 1) {
            String provider = name.substring(PROVIDER.length(), end).toLowerCase(Locale.ROOT);
            String key = name.substring(end + 1).toLowerCase(Locale.ROOT).replace('_', '-');
            return "enim.provider." + provider + "." + key;
        }
        throw new SettingsException(
                name,
                "unknown environment variable; known are "
                        + KNOWN.keySet().stream().sorted().collect(Collectors.joining(", ")) + " and "
                        + PROVIDER + "NAME_KEY");
    }

    private static Map<String, String> known() {
        Map<String, String> known = Stream.concat(
                        Arrays.stream(EniSetting.values()).map(EniSetting::key),
                        Arrays.stream(AgentSetting.values()).map(AgentSetting::key))
                .collect(Collectors.toMap(EnvironmentKeys::variableOf, key -> key));
        known.put(SOCKET, AgentSetting.SOCKET.key());
        return known;
    }

    private static String variableOf(String key) {
        String full = key.startsWith("enim.") ? key : "enim." + key;
        return full.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
