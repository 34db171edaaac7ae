package io.enim.systemtests.crash;

import static java.util.Objects.requireNonNull;

import io.enim.InvalidRequestException;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.systemtests.crash.NodeProcess.NodeReply;
import io.enim.systemtests.crash.NodeSnapshot.CloudFileEni;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a node: the machine's namespaces, the cloud, the directories, and endpoints that live on through every
 * death. The seed says how many ENIs and endpoints there are, and which families the ENIs have. For one thread.
 */
final class CrashTestbed implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(3);
    private static final String PROVIDER = "enim.provider.fake.";

    final int size;
    final NetworkTestbed stage = NetworkTestbed.open();
    /** What the ADD of each was answered. */
    final Map<String, String> bystanders = new HashMap<>();
    /** The limits of a device that was just made. */
    final Map<String, Integer> segmentation;

    private final int seed;
    private final NodeJvm nodeJvm;
    private final Path directory;
    private final SeededBug seededBug;
    private NodeProcess node;
    private @Nullable NodeProcess standby;

    CrashTestbed(NodeJvm nodeJvm, Path directory, int seed, SeededBug seededBug) {
        this.nodeJvm = nodeJvm;
        this.directory = directory;
        this.seed = seed;
        this.size = 2 + seed % 3;
        this.seededBug = seededBug;
        directory.toFile().mkdirs();
        this.node = newNode();
        node.awaitReady();
        start("");
        await(size + " ENIs are ready", () -> count("READY") == size);
        this.segmentation = freeDevice().segmentation();
        for (int i = 0; i < size - 2; i++) {
            String name = "bystander" + i;
            bystanders.put(name, add(name).orFail().get(0));
        }
        PromiseViolation.throwIfAny("at the beginning", CrashOracle.violations(this, Set.of()));
    }

    private NodeProcess newNode(String... words) {
        return NodeProcess.start(nodeJvm.command(words), log());
    }

    Path log() {
        return directory.resolve("node.log");
    }

    private Path cloudFile() {
        return directory.resolve("cloud");
    }

    Path stateDirectory() {
        return directory.resolve("state");
    }

    Path runDirectory() {
        return directory.resolve("run");
    }

    NodeReply ask(String command) {
        return node.ask(command);
    }

    /** Starts the manager; as a supervisor would, again when it could not. */
    void start(String more) {
        NodeReply reply = tryStart(more);
        for (int attempt = 1; attempt < 4 && reply.error().isPresent(); attempt++) {
            reply = tryStart(more);
        }
        reply.orFail();
    }

    /** Starts the manager once. */
    NodeReply tryStart(String more) {
        return ask("start " + settings(more));
    }

    /** Another process starts a manager beside the one that runs. */
    NodeReply startAnother() {
        try (NodeProcess another = newNode()) {
            another.awaitReady();
            return another.ask("start " + settings(""));
        }
    }

    /** The next process begins, behind these words, and will be ready when this one dies. */
    void prepareSuccessor(String... words) {
        if (standby == null) {
            standby = newNode(words);
        }
    }

    long pid() {
        return node.pid();
    }

    /** The next process, in place of one that died or dies now. */
    void startSuccessor() {
        prepareSuccessor();
        node.close();
        node = requireNonNull(standby);
        standby = null;
        node.awaitReady();
    }

    private String settings(String more) {
        String common = "enim.provider=fake enim.devices=linux enim.pool.warm=0 enim.pool.rate=1000"
                + " enim.pool.poll-initial=20ms enim.pool.cooldown=10ms enim.gc.interval=1h enim.add.timeout=15s"
                + " enim.device.timeout=20s enim.close.timeout=2s enim.mtu=1450 " + PROVIDER + "plug=veth";
        List<String> all = new ArrayList<>(List.of(
                common,
                "enim.run-dir=" + runDirectory(),
                "enim.state-dir=" + stateDirectory(),
                "enim.pool.min=" + size,
                "enim.pool.max=" + (size + 1),
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

    /** ADDs an endpoint, whose sandbox is made unless it is there. */
    NodeReply add(String name) {
        if (!stage.names().contains(name)) {
            stage.create(name).close();
        }
        return ask("add " + name + " " + Path.of("/run/netns", name));
    }

    /** The manager keeps no sandbox ready: those that were end, and no namespace of one is left. */
    void awaitNoUntakenSandbox() {
        await("no sandbox is left that was not handed out", () -> {
            List<String> made = stage.names().stream()
                    .filter(name -> name.startsWith("enim-"))
                    .toList();
            return ask("untaken-sandboxes").orFail().isEmpty()
                    && made.equals(
                            ask("taken-sandboxes").orFail().stream().sorted().toList());
        });
    }

    /** The key has its sandbox, or gets one, and that is as it was set up. */
    void awaitSoundSandbox(String key) {
        await("an ENI is free for " + key, () -> ScenarioRunner.isServed(ask("take " + key)));
        List<String> names = ask("taken-sandboxes").orFail();
        if (names.size() != 1) {
            throw new PromiseViolation("P3: the key " + key + " has " + names);
        }
        PromiseViolation.throwIfAny(
                "take again", ask("check-sandbox " + names.get(0)).orFail());
    }

    List<String[]> enis() {
        return ask("enis").orFail().stream().map(line -> line.split(" ")).toList();
    }

    /** How many ENIs are in one of these states; -1 as long as the provider cannot tell. */
    long count(String... states) {
        NodeReply reply = ask("enis");
        Stream<String> found =
                reply.lines().stream().map(line -> line.split(" ")[2]).filter(List.of(states)::contains);
        return reply.error().isPresent() ? -1 : found.count();
    }

    /** The points passed since the traps were set, in order. */
    List<String> passed() {
        return ask("passed").orFail();
    }

    void awaitFirstDescribe() {
        await("the cloud was heard", () -> count() == 0);
    }

    /** Every ENI there is is ready or held, and there are as many as are to be. */
    void awaitSettled(int atLeast) {
        await("every ENI is ready or held", () -> {
            long serving = count("READY", "IN_USE");
            List<CloudFileEni> cloud = cloud();
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

    NodeSnapshot snapshot() {
        return NodeSnapshot.read(stage, cloudFile(), runDirectory());
    }

    List<CloudFileEni> cloud() {
        return NodeSnapshot.cloud(cloudFile());
    }

    /** What an attached ENI is on its way to be plugged in as, is plugged in. */
    void awaitHardware() {
        await("every attached ENI has its device", () -> {
            try {
                NodeSnapshot seen = snapshot();
                return seen.cloud().stream()
                        .allMatch(eni -> !eni.attached() || seen.devices().containsKey(eni.mac()));
            } catch (InvalidRequestException | NetlinkException | UncheckedIOException e) {
                return false; // A namespace may end between its listing and its opening.
            }
        });
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
        if (standby != null) {
            standby.close();
        }
        List<String> names = stage.names();
        onHost(host -> host.devices().forEach(device -> host.deleteDevice(device.name())));
        names.forEach(stage::delete);
        stage.close();
    }

    /** Lets the first process end by itself, so that its classes are archived for the others. */
    void endOrderly() {
        ask("stop").orFail();
        node.exitOrderly();
    }
}
