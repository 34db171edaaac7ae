package io.enim.examples.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.MacAddress;
import io.enim.examples.agent.AgentCli;
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

/** The agent as its operator sees it. */
public final class AgentProbe {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path socket;
    private final AgentClient client;

    public AgentProbe(Path socket) {
        this.socket = socket;
        this.client = new AgentClient(socket, PATIENCE);
    }

    /**
     * One ENI.
     *
     * @param id the cloud's id
     * @param mac the MAC of its device
     * @param state where it stands
     * @param holder the holder's name; empty for none
     */
    public record EniRow(String id, MacAddress mac, String state, String holder) {}

    public List<EniRow> enis() {
        List<EniRow> rows = new ArrayList<>();
        for (Map<?, ?> eni : list("/v1/enis")) {
            String holder = eni.get("holder") instanceof Map<?, ?> map ? String.valueOf(map.get("name")) : "";
            rows.add(new EniRow(
                    String.valueOf(eni.get("id")),
                    MacAddress.parse(String.valueOf(eni.get("mac"))),
                    String.valueOf(eni.get("state")),
                    holder));
        }
        return rows;
    }

    public EniRow eniOf(String name) {
        return enis().stream()
                .filter(eni -> eni.holder().equals(name))
                .findFirst()
                .orElseThrow(() -> new DemoException("no ENI is held by " + name + ":\n" + printed("enis")));
    }

    /** Who holds an ENI. */
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

    /** Whether an agent answers. */
    boolean answers() {
        return answers("/v1/status");
    }

    /** Whether an agent answers that has heard its cloud. */
    public boolean listsEnis() {
        return answers("/v1/enis");
    }

    private boolean answers(String path) {
        try {
            return client.get(path).status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** What a command of the command line prints. */
    String printed(String... command) {
        StringWriter out = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--socket", socket.toString()));
        int status = AgentCli.run(new PrintWriter(out), arguments.toArray(String[]::new));
        DemoException.require(status == 0, "enim-agent " + List.of(command) + " exited with " + status + ": " + out);
        return out.toString();
    }

    private List<Map<?, ?>> list(String path) {
        try {
            AgentClient.AgentResponse agentResponse = client.get(path);
            DemoException.require(
                    agentResponse.status() == 200,
                    path + " answered " + agentResponse.status() + " " + agentResponse.body());
            List<Map<?, ?>> list = new ArrayList<>();
            for (Object each : JSON.std.listFrom(agentResponse.body())) {
                if (each instanceof Map<?, ?> map) {
                    list.add(map);
                }
            }
            return list;
        } catch (IOException e) {
            throw new DemoException(path + " was not answered: " + e.getMessage(), e);
        }
    }
}
