package io.enim.systemtests.crash;

import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.systemtests.crash.NodeProcess.NodeReply;
import io.enim.systemtests.crash.NodeSnapshot.CloudFileEni;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What outlives a node: the machine's namespaces, the cloud, the directories, and endpoints that live on through every
 * death. The seed says how many ENIs and endpoints there are, and which families the ENIs have. For one thread.
 */
final class CrashTestbed implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(3);
    private static final String PROVIDER = "enim.provider.fake.";

    final int seed;
    final int size;
    private final NodeJvm nodeJvm;
    private final Path directory;
    private final SeededBug seededBug;
    private final NetworkTestbed stage = NetworkTestbed.open();
    private final Map<String, String> bystanders = new HashMap<>();
    private final Map<String, Integer> segmentation;
    private NodeProcess node;
    private NodeProcess standby;

    CrashTestbed(NodeJvm nodeJvm, Path directory, int seed, SeededBug seededBug) {
        this.nodeJvm = nodeJvm;
        this.directory = directory;
        this.seed = seed;
        this.size = 2 + seed % 3;
        this.seededBug = seededBug;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.node = newRemote();
        this.standby = newRemote();
        node.awaitReady();
        start("");
        awaitFree(size);
        this.segmentation = freeDevice().segmentation();
        for (int i = 0; i < size - 2; i++) {
            String name = "bystander" + i;
            sandbox(name);
            bystanders.put(name, add(name).orFail("add " + name).get(0));
        }
        PromiseViolation.throwIfAny("at the beginning", CrashOracle.violations(this, Set.of()));
    }

    private NodeProcess newRemote() {
        return NodeProcess.start(nodeJvm.command(), log());
    }

    Path log() {
        return directory.resolve("node.log");
    }

    Path cloudFile() {
        return directory.resolve("cloud");
    }

    Path stateDirectory() {
        return directory.resolve("state");
    }

    Path runDirectory() {
        return directory.resolve("run");
    }

    // ---- the node ----

    NodeReply ask(String command) {
        return node.ask(command);
    }

    /** Starts the manager; as a supervisor would, again when it could not. */
    void start(String more) {
        NodeReply nodeReply = ask("start " + settings(more));
        for (int attempt = 1; attempt < 4 && nodeReply.error().isPresent(); attempt++) {
            nodeReply = ask("start " + settings(more));
        }
        nodeReply.orFail("start");
    }

    /** Starts the manager once. */
    NodeReply tryStart() {
        return ask("start " + settings(""));
    }

    /** Another process starts a manager beside the one that runs. */
    NodeReply startAnother() {
        standby.awaitReady();
        return standby.ask("start " + settings(""));
    }

    /** The next process is to be started behind these words. */
    void startBehind(String... words) {
        standby.close();
        List<String> command = new ArrayList<>(List.of(words));
        command.addAll(nodeJvm.command());
        standby = NodeProcess.start(command, log());
    }

    long pid() {
        return node.pid();
    }

    /** The next process, in place of one that died or dies now. */
    void startSuccessor() {
        node.close();
        node = standby;
        standby = newRemote();
        node.awaitReady();
    }

    private String settings(String more) {
        List<String> all = new ArrayList<>(List.of(
                "enim.provider=fake",
                "enim.devices=linux",
                "enim.run-dir=" + runDirectory(),
                "enim.state-dir=" + stateDirectory(),
                "enim.pool.min=" + size,
                "enim.pool.warm=0",
                "enim.pool.max=" + (size + 1),
                "enim.pool.rate=1000",
                "enim.pool.poll-initial=20ms",
                "enim.pool.cooldown=10ms",
                "enim.gc.interval=1h",
                "enim.add.timeout=15s",
                "enim.device.timeout=20s",
                "enim.close.timeout=2s",
                PROVIDER + "plug=veth",
                PROVIDER + "max-enis=" + (size + 1),
                PROVIDER + "state-file=" + cloudFile()));
        if (seed % 3 == 1) {
            all.add(PROVIDER + "ipv6=none");
        } else if (seed % 3 == 2) {
            all.add(PROVIDER + "ipv4=none");
        }
        if (seededBug != SeededBug.NONE) {
            all.add(SeededBug.KEY + "=" + seededBug);
        }
        all.add(more);
        return String.join(" ", all).strip();
    }

    NodeReply add(String name) {
        return ask("add " + name + " " + path(name));
    }

    List<String[]> enis() {
        return ask("enis").orFail("enis").stream().map(line -> line.split(" ")).toList();
    }

    /** How many ENIs are in one of these states; -1 as long as the provider cannot tell. */
    long count(String... states) {
        NodeReply nodeReply = ask("enis");
        return nodeReply.error().isPresent()
                ? -1
                : nodeReply.lines().stream()
                        .filter(line -> List.of(states).contains(line.split(" ")[2]))
                        .count();
    }

    boolean hasPassed(CrashPoint crashPoint) {
        return ask("passed").orFail("passed").stream().anyMatch(passed -> passed.endsWith(crashPoint.toString()));
    }

    void awaitFirstDescribe() {
        await("the cloud was heard", () -> count() == 0);
    }

    /** The limits of a device that was just made. */
    Map<String, Integer> segmentation() {
        return segmentation;
    }

    Map<String, String> bystanders() {
        return bystanders;
    }

    void awaitFree(int free) {
        await(free + " ENIs are ready", () -> count("READY") == free);
    }

    /** Every ENI there is is ready or held, and there are as many as are to be. */
    void awaitSettled(int atLeast) {
        await("every ENI is ready or held", () -> {
            long serving = count("READY", "IN_USE");
            List<CloudFileEni> cloud = snapshot().cloud();
            return serving >= atLeast
                    && serving == cloud.size()
                    && cloud.stream().allMatch(CloudFileEni::attached);
        });
    }

    static void await(String what, BooleanSupplier condition) {
        try {
            Awaitility.await(what)
                    .atMost(LONGEST)
                    .pollInterval(Duration.ofMillis(5))
                    .until(condition::getAsBoolean);
        } catch (ConditionTimeoutException e) {
            throw new PromiseViolation("not so after " + LONGEST.toSeconds() + " s: " + what);
        }
    }

    // ---- the machine ----

    NodeSnapshot snapshot() {
        return NodeSnapshot.read(stage, cloudFile(), runDirectory());
    }

    /** What an attached ENI is on its way to be plugged in as, is plugged in. */
    void awaitHardware() {
        await("every attached ENI has its device", () -> {
            try {
                return snapshot().allAttachedHaveDevices();
            } catch (RuntimeException e) {
                if (NodeSnapshot.isTransient(e)) {
                    return false;
                }
                throw e;
            }
        });
    }

    NetworkTestbed stage() {
        return stage;
    }

    void sandbox(String name) {
        stage.create(name).close();
    }

    boolean hasSandbox(String name) {
        return stage.names().contains(name);
    }

    void endSandbox(String name) {
        stage.delete(name);
    }

    Path path(String name) {
        return Path.of("/run/netns", name);
    }

    /** Does something in a namespace, as its tenant. */
    void inside(String name, Consumer<TestbedNamespace> deed) {
        try (TestbedNamespace namespace = stage.open(name)) {
            deed.accept(namespace);
        }
    }

    void onHost(Consumer<TestbedNamespace> deed) {
        try (TestbedNamespace host = stage.host()) {
            deed.accept(host);
        }
    }

    /** A free ENI, by id and MAC. */
    private String[] freeEni() {
        return enis().stream()
                .filter(eni -> eni[2].equals("READY"))
                .findFirst()
                .orElseThrow(() -> new PromiseViolation("no ENI is ready"));
    }

    /** A free ENI's device on the host. */
    Device freeDevice() {
        return snapshot().devices().get(freeEni()[1]).get(0).device();
    }

    /** While no manager runs: a free ENI is deleted at the cloud. */
    Runnable deletionOfFreeEni() {
        String[] eni = freeEni();
        Device device = freeDevice();
        return () -> {
            NodeSnapshot.removeFromCloud(cloudFile(), eni[0]);
            onHost(host -> host.deleteDevice(device.name()));
        };
    }

    @Override
    public void close() {
        node.close();
        standby.close();
        List<String> names = stage.names();
        onHost(host -> host.devices().forEach(device -> host.deleteDevice(device.name())));
        names.forEach(stage::delete);
        stage.close();
    }

    /** Lets the first process end by itself, so that its classes are archived for the others. */
    void endOrderly() {
        ask("stop").orFail("stop");
        node.exitOrderly();
    }
}
