// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.config;

import io.enim.Cidr;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.HostLink;
import io.enim.InvalidRequestException;
import io.enim.PrintableText;
import io.enim.SettingsException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * All settings of the agent. Without {@code criSocket} the container runtime is not asked; without {@code devicePlugin} the
 * kubelet is not told how many ENIs there are; without {@code hostLink} a pod gets
 * a link to the host only where its network configuration says so; without {@code conflist} no network configuration is
 * written; without {@code http} nothing is served but on the sockets.
 */
public record AgentSettings(
        EniSettings enim,
        Path socket,
        int maxRequestBytes,
        int maxRequests,
        Optional<Path> criSocket,
        Optional<Path> devicePlugin,
        Optional<HostLink> hostLink,
        Optional<ConflistSettings> conflist,
        Optional<HttpSettings> http) {
    /**
     * The network configuration that the agent writes.
     *
     * @param file where
     * @param template what; empty: the default
     * @param patience how long the agent has to be able to serve, or not, before the file follows
     */
    public record ConflistSettings(Path file, Optional<Path> template, Duration patience) {}

    /**
     * Reads the sources, of which a later one wins. Blocks on the disk.
     *
     * @param environment the process's environment; only names that begin with {@code ENIM_} are read
     * @param nodeName this node's name if no source sets it
     * @throws SettingsException a key or variable is unknown, a value is invalid, or the file cannot be read
     */
    public static AgentSettings read(
            Optional<Path> file,
            Map<String, String> environment,
            Map<String, String> flags,
            Optional<String> nodeName) {
        Map<String, String> merged = new HashMap<>();
        nodeName.ifPresent(name -> merged.put(EniSetting.NODE.key(), name));
        file.ifPresent(path -> merged.putAll(properties(path)));
        merged.putAll(EnvironmentKeys.read(environment));
        merged.putAll(flags);
        return of(merged);
    }

    private static AgentSettings of(Map<String, String> merged) {
        String socket = take(merged, AgentSetting.SOCKET);
        String bytes = take(merged, AgentSetting.MAX_REQUEST_BYTES);
        String requests = take(merged, AgentSetting.MAX_REQUESTS);
        String criSocket = take(merged, AgentSetting.CRI_SOCKET);
        String devicePlugin = take(merged, AgentSetting.DEVICE_PLUGIN);
        String services = take(merged, AgentSetting.HOST_LINK_SERVICE_CIDRS);
        String nodes = take(merged, AgentSetting.HOST_LINK_NODE_CIDRS);
        String conflist = take(merged, AgentSetting.CONFLIST);
        String template = take(merged, AgentSetting.CONFLIST_TEMPLATE);
        Duration patience = duration(AgentSetting.CONFLIST_PATIENCE, take(merged, AgentSetting.CONFLIST_PATIENCE));
        String address = take(merged, AgentSetting.HTTP_ADDRESS);
        String token = take(merged, AgentSetting.HTTP_TOKEN_FILE);
        return new AgentSettings(
                EniSettings.fromMap(merged),
                path(AgentSetting.SOCKET, socket),
                count(AgentSetting.MAX_REQUEST_BYTES, bytes, 1024),
                count(AgentSetting.MAX_REQUESTS, requests, 1),
                optionalPath(AgentSetting.CRI_SOCKET, criSocket),
                optionalPath(AgentSetting.DEVICE_PLUGIN, devicePlugin),
                hostLink(services, nodes),
                optionalPath(AgentSetting.CONFLIST, conflist)
                        .map(file -> new ConflistSettings(
                                file, optionalPath(AgentSetting.CONFLIST_TEMPLATE, template), patience)),
                HttpSettings.of(address, optionalPath(AgentSetting.HTTP_TOKEN_FILE, token)));
    }

    private static Optional<HostLink> hostLink(String services, String nodes) {
        List<Cidr> serviceCidrs = cidrs(AgentSetting.HOST_LINK_SERVICE_CIDRS, services);
        List<Cidr> nodeCidrs = cidrs(AgentSetting.HOST_LINK_NODE_CIDRS, nodes);
        if (serviceCidrs.isEmpty() && nodeCidrs.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new HostLink(serviceCidrs, nodeCidrs));
        } catch (InvalidRequestException e) {
            throw new SettingsException("agent.host-link.*", String.valueOf(e.getMessage()), e);
        }
    }

    private static List<Cidr> cidrs(AgentSetting setting, String text) {
        try {
            return text.isBlank()
                    ? List.of()
                    : Stream.of(text.split(",", -1))
                            .map(String::strip)
                            .map(Cidr::parse)
                            .toList();
        } catch (InvalidRequestException e) {
            throw new SettingsException(setting.key(), String.valueOf(e.getMessage()), e);
        }
    }

    private static Optional<Path> optionalPath(AgentSetting setting, String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(path(setting, text));
    }

    private static Duration duration(AgentSetting setting, String text) {
        return TimeText.parse(text)
                .orElseThrow(() -> new SettingsException(
                        setting.key(), quoted(text) + " is no time longer than nothing; write 250ms, 30s, 5m or 2h"));
    }

    private static String take(Map<String, String> merged, AgentSetting setting) {
        String text = merged.remove(setting.key());
        return text == null ? setting.defaultText() : text;
    }

    private static Map<String, String> properties(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new SettingsException("--config", file + " cannot be read as a properties file: " + e, e);
        }
        Map<String, String> map = new HashMap<>();
        properties.forEach((key, text) -> map.put((String) key, ((String) text).strip()));
        return map;
    }

    private static Path path(AgentSetting setting, String text) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute() && path.getFileName() != null) {
                return path;
            }
            throw new SettingsException(
                    setting.key(), quoted(text) + " is not an absolute path of a file; begin it with /");
        } catch (InvalidPathException e) {
            throw new SettingsException(setting.key(), quoted(text) + " is not a path", e);
        }
    }

    private static String quoted(String text) {
        return "'" + PrintableText.brief(text) + "'";
    }

    private static int count(AgentSetting setting, String text, int min) {
        if (!text.matches("\\d{1,8}") || Integer.parseInt(text) < min) {
            throw new SettingsException(setting.key(), quoted(text) + " is not a number from " + min + " to 99999999");
        }
        return Integer.parseInt(text);
    }
}
