// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.MacAddress;
import io.enim.examples.agent.AgentCli;
import io.enim.examples.agent.api.EniView;
import io.enim.examples.agent.cli.AgentClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks the agent what it knows, as its operator does. */
public final class AgentProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String ENIS = "/v1/enis";

    private final Path socket;
    private final AgentClient client;

    public AgentProbe(Path socket) {
        this.socket = socket;
        this.client = new AgentClient(socket, TIMEOUT);
    }

    /** One ENI; its holder is the name of the endpoint that holds it, or empty. */
    public record EniRow(String id, MacAddress mac, String state, String holder) {
        private static EniRow of(EniView eni) {
            Map<String, String> holder = eni.holder();
            String name = holder == null ? "" : holder.getOrDefault("name", "");
            return new EniRow(eni.id(), MacAddress.parse(eni.mac()), eni.state(), name);
        }
    }

    public List<EniRow> enis() {
        try {
            AgentClient.AgentResponse answer = client.get(ENIS);
            DemoException.require(answer.status() == 200, ENIS + " answered " + answer.status() + " " + answer.body());
            return JSON.std.listOfFrom(EniView.class, answer.body()).stream()
                    .map(EniRow::of)
                    .toList();
        } catch (IOException e) {
            throw new DemoException(ENIS + " was not answered: " + e.getMessage(), e);
        }
    }

    public EniRow eniOf(String name) {
        return enis().stream()
                .filter(eni -> eni.holder().equals(name))
                .findFirst()
                .orElseThrow(() -> new DemoException("no ENI is held by " + name + ":\n" + printed("enis")));
    }

    /** The names of the endpoints that hold an ENI. */
    public Set<String> holders() {
        return enis().stream()
                .map(EniRow::holder)
                .filter(holder -> !holder.isEmpty())
                .collect(Collectors.toSet());
    }

    public boolean isReady(String eniId) {
        return enis().stream()
                .anyMatch(eni -> eni.id().equals(eniId) && eni.state().equals("READY"));
    }

    public long readyCount() {
        return enis().stream().filter(eni -> eni.state().equals("READY")).count();
    }

    boolean answers() {
        return answers("/v1/status");
    }

    /** Whether an agent answers that has described its cloud at least once. */
    public boolean listsEnis() {
        return answers(ENIS);
    }

    private boolean answers(String path) {
        try {
            return client.get(path).status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** What a command of enim-agent prints. */
    String printed(String... command) {
        StringWriter out = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--socket", socket.toString()));
        int status = AgentCli.run(new PrintWriter(out), arguments.toArray(String[]::new));
        DemoException.require(status == 0, "enim-agent " + List.of(command) + " exited with " + status + ": " + out);
        return out.toString();
    }
}
