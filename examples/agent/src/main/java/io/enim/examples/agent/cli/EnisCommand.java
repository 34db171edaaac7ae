package io.enim.examples.agent.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.examples.agent.api.AddressView;
import io.enim.examples.agent.api.EndpointView;
import io.enim.examples.agent.api.EniView;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Lists the node's ENIs. */
@Command(name = "enis", description = "List the ENIs of this node: the state of each and the endpoint that holds it.")
final class EnisCommand extends ClientCommand {
    @Override
    AgentClient.AgentResponse send(AgentClient client) throws IOException {
        return client.get("/v1/enis");
    }

    @Override
    String format(String body) throws IOException {
        Table table = new Table("ENI", "MAC", "IPV4", "IPV6", "STATE", "HOLDER", "REASON");
        for (EniView eni : JSON.std.listOfFrom(EniView.class, body)) {
            table.row(
                    eni.id(),
                    eni.mac(),
                    address(eni.ipv4()),
                    address(eni.ipv6()),
                    eni.state(),
                    EndpointView.label(eni.holder()),
                    eni.reason());
        }
        return table.or("this node has no ENI");
    }

    private static @Nullable String address(@Nullable AddressView view) {
        return view == null ? null : view.address();
    }
}
