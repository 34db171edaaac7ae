package io.enim.systemtests.clouds;

import io.enim.MacAddress;
import io.enim.provider.fake.region.SimulatedEni.State;
import io.enim.systemtests.crash.NodeSnapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The fake cloud. It lives in the agent's process and dies with it; its state file is what is remembered. */
final class FakeCloudBackend implements CloudBackend {
    /** So long a new ENI is hidden from the agent, which cannot attach it meanwhile. */
    private static final int HIDDEN_MILLIS = 3000;

    private final Path file;

    FakeCloudBackend(Path directory) {
        this.file = directory.resolve("cloud");
    }

    @Override
    public Map<String, String> settings() {
        return Map.of(
                "enim.provider.fake.plug", "veth",
                "enim.provider.fake.visible-ms", Integer.toString(HIDDEN_MILLIS),
                "enim.provider.fake.state-file", file.toString());
    }

    @Override
    public List<ActualEni> enis() {
        Properties all = NodeSnapshot.load(file);
        return all.stringPropertyNames().stream()
                .filter(key -> key.endsWith("/mac"))
                .map(key -> actualEni(key.substring(0, key.indexOf('/')), all))
                .toList();
    }

    private static ActualEni actualEni(String id, Properties all) {
        Set<String> addresses = Stream.of("/ipv4", "/ipv6")
                .map(family -> all.getProperty(id + family, "").split(" ", -1)[0])
                .collect(Collectors.toSet());
        return new ActualEni(
                id,
                MacAddress.parse(all.getProperty(id + "/mac")),
                State.valueOf(all.getProperty(id + "/state")),
                addresses);
    }

    @Override
    public long createdCount() {
        return Long.parseLong(NodeSnapshot.load(file).getProperty("made", "0"));
    }

    /** What the agent has not heard it forgets with the cloud: create is one step with the file. */
    @Override
    public Set<PausePoint> pausePoints() {
        return Set.of(PausePoint.BEFORE_ATTACH);
    }

    /** Every new ENI is hidden for a while; its calls, and all of it, end with the agent. */
    @Override
    public boolean isPaused() {
        return enis().stream().anyMatch(eni -> eni.state() == State.AVAILABLE);
    }
}
