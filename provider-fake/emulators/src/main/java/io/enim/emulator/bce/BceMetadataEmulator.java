// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.bce;

import com.sun.net.httpserver.HttpExchange;
import io.enim.EniAddress;
import io.enim.emulator.http.HttpEmulator;
import io.enim.provider.fake.region.SimulatedRegion;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * The metadata service of one instance: the given answers, and the gateways of the ENIs that the region has attached to
 * it. An unknown path is answered with 200 and no body, as the real service does. Safe for concurrent use.
 */
public final class BceMetadataEmulator extends HttpEmulator {
    /** How the service treats a request. */
    public enum Behavior {
        ANSWERING,
        /** Says 500. */
        FAILING,
        /** Never answers. */
        SILENT
    }

    private static final String ROOT = "/1.0/meta-data/";

    private final SimulatedRegion model;
    private final String instanceId;
    private final Map<String, String> metadata;
    private final Queue<Behavior> behaviors = new ConcurrentLinkedQueue<>();

    /** Begins to listen, with these answers by path below {@code 1.0/meta-data/}, like {@code azone}. */
    public BceMetadataEmulator(SimulatedRegion model, String instanceId, Map<String, String> metadata) {
        super("bce-metadata-emulator");
        this.model = model;
        this.instanceId = instanceId;
        this.metadata = Map.copyOf(metadata);
        start();
    }

    /** Treats the next requests so, one for each behavior. */
    public void setNextBehaviors(Behavior... coming) {
        behaviors.addAll(List.of(coming));
    }

    /** Recorded as the path. */
    @Override
    protected void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        record(path);
        switch (Optional.ofNullable(behaviors.poll()).orElse(Behavior.ANSWERING)) {
            case ANSWERING ->
                send(exchange, 200, "text/plain", path.startsWith(ROOT) ? value(path.substring(ROOT.length())) : "");
            case FAILING -> send(exchange, 500, "text/plain", "<html>Internal Server Error</html>");
            case SILENT -> hold();
        }
    }

    private String value(String path) {
        String given = metadata.get(path);
        return given == null ? gateway(path).orElse("") : given;
    }

    private Optional<String> gateway(String path) {
        return model.enis().stream()
                .filter(eni -> eni.isInUseAt(instanceId))
                .flatMap(eni -> Stream.concat(eni.ipv4().stream(), eni.ipv6().stream())
                        .filter(at -> path.equals("network/interfaces/macs/" + eni.mac() + "/fixed_ips/"
                                + at.address().getHostAddress() + "/gateway")))
                .map(EniAddress::gateway)
                .map(gateway -> gateway.getHostAddress())
                .findFirst();
    }
}
