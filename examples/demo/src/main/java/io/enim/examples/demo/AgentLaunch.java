package io.enim.examples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How to start an agent.
 *
 * @param provider the name of its provider
 * @param settings its settings, by key
 * @param environment additional environment variables, such as credentials
 */
public record AgentLaunch(String provider, Map<String, String> settings, Map<String, String> environment) {
    public AgentLaunch {
        settings = Map.copyOf(settings);
        environment = Map.copyOf(environment);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("serve", "--provider", provider));
        settings.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        return arguments;
    }
}
