package io.enim.core.internal.gc;

import static io.enim.core.TestNode.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.DeviceException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.GcReport;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest;
import io.enim.Health.Status;
import io.enim.core.TestNode;
import io.enim.core.internal.ledger.BootId;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.Step;
import io.enim.provider.fake.device.DeviceFaults.Fault;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What garbage collection says: evidence for each action, everything beforehand where asked, and doubt where it is. */
class GarbageCollectorTest {
    private static final int ENIS = 10;

    @TempDir
    private Path directory;

    private TestNode node;
    /** Whether nothing can be ended yet: rounds come by themselves too, and are to leave everything to the test's. */
    private volatile boolean refusing;

    private volatile Function<Assignment, Verdict> source = any -> new Verdict(State.UNKNOWN, "the runtime is silent");

    @AfterEach
    void close() {
        if (node != null) {
            node.devices().faults().none();
            node.close();
        }
    }

    private TestNode node() {
        node = new TestNode(directory, ENIS).set(EniSetting.GC_AGE, "5m");
        return node;
    }

    private TestNode nodeWithSource() {
        return node().liveness(assignment -> source.apply(assignment));
    }

    private static Verdict says(State state) {
        return new Verdict(state, "the runtime says " + state);
    }

    /** The manager ends, and begins again on these phases, as a death in the midst of an operation leaves them. */
    private EniManager restartIn(Map<Endpoint, Phase> phases, Runnable meanwhile) {
        node.close();
        meanwhile.run();
        RecordStore records = RecordStore.open(
                directory.resolve("run").resolve("assignments"), Durability.PROCESS, Clock.systemUTC());
        try (Ledger ledger = Ledger.open(records, BootId.read())) {
            phases.forEach((endpoint, phase) ->
                    ledger.put(ledger.get(endpoint).orElseThrow().in(phase, "as a death has it")));
        }
        return node.start();
    }

    private FailPoint refusingFailPoint() {
        return (step, side) -> {
            boolean ends = EnumSet.of(
                            Step.DEL_RECORD_INTENT,
                            Step.DEL_RETURN_TO_HOST,
                            Step.RECORD_QUARANTINE,
                            Step.GC_REPAIR_DEVICE)
                    .contains(step);
            if (refusing && ends) {
                throw new DeviceException(DeviceException.Kind.KERNEL, step.name(), "a device", "not yet");
            }
        };
    }

    /** All that a round can find, but what needs a cloud that is minutes old. */
    private EniManager everythingAtOnce() {
        EniManager manager = nodeWithSource().failPoint(refusingFailPoint()).startWarm(ENIS);
        manager.gc();
        for (String name : List.of("living", "dead", "doubtful", "adding", "deleting", "kept", "lost")) {
            node.add(name);
        }
        refusing = true;
        source = assignment -> switch (assignment.endpoint().name()) {
            case "dead" -> says(State.GONE);
            case "doubtful" -> throw new IllegalStateException("connection refused");
            default -> says(State.ALIVE);
        };
        move("ns-doubtful", "hidden");
        String lost = idOf(manager, "lost");
        manager = restartIn(
                Map.of(
                        endpoint("adding"), Phase.ADDING,
                        endpoint("deleting"), Phase.DELETING,
                        endpoint("kept"), Phase.QUARANTINED),
                () -> {
                    node.model().detach(lost);
                    node.model().delete(lost);
                });
        node.awaitFree(manager, 3);
        node.claimUnrecorded(endpoint("unrecorded"));
        List<Eni> free = manager.enis().stream()
                .filter(eni -> eni.state() == EniState.READY)
                .toList();
        node.tenant(free.get(0), device -> device.alias = "mine");
        node.devices().unplug(free.get(1).mac());
        return manager;
    }

    private static String idOf(EniManager manager, String name) {
        return manager.assignments().stream()
                .filter(assignment -> assignment.endpoint().equals(endpoint(name)))
                .map(assignment -> assignment.eni().id())
                .findFirst()
                .orElseThrow();
    }

    private Map<String, String> onDisk() throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return content;
    }

    private static Set<Kind> kinds(GcReport report) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        report.findings().forEach(finding -> kinds.add(finding.kind()));
        return kinds;
    }

    @Test
    void everyActionCarriesItsEvidence() {
        EniManager manager = everythingAtOnce();
        GcReport report = manager.gc();
        // An orphan in the cloud is proven by its age; EniPoolCollectTest moves the time.
        assertThat(kinds(report))
                .as("a new kind of finding has to be provoked here")
                .isEqualTo(EnumSet.complementOf(EnumSet.of(Kind.CLOUD_ORPHAN)));
        assertThat(report.findings()).allSatisfy(finding -> {
            assertThat(finding.subject()).as("%s", finding).isNotBlank();
            assertThat(finding.evidence()).as("%s", finding).isNotBlank();
            assertThat(finding.action()).as("%s", finding).isNotBlank();
            assertThat(finding.toString()).contains(finding.subject(), finding.evidence(), finding.action());
        });
        assertThat(of(report, Kind.DEAD_ENDPOINT).evidence()).contains("the runtime says GONE");
        assertThat(of(report, Kind.INTERRUPTED_ADD).evidence()).contains("its ADD began at");
        assertThat(of(report, Kind.LOST_ENI).evidence()).contains("does not list it among");
        assertThat(of(report, Kind.QUARANTINED))
                .returns(Outcome.FAILED, Finding::outcome)
                .extracting(Finding::action)
                .asString()
                .contains("return the device to the host", "verify", "not yet");
        assertThat(of(report, Kind.LOST_ENI).outcome()).isEqualTo(Outcome.SKIPPED);

        refusing = false;
        manager.gc();
        assertThat(manager.assignments())
                .extracting(assignment -> assignment.endpoint().name())
                .containsExactlyInAnyOrder("living", "doubtful", "lost");
    }

    private static Finding of(GcReport report, Kind kind) {
        return report.findings(kind).get(0);
    }

    @Test
    void dryRunTellsTheSameAndChangesNothing() throws IOException {
        EniManager manager = everythingAtOnce();
        List<String> devices = devices();
        List<Assignment> assignments = manager.assignments();
        Map<String, String> disk = onDisk();
        int calls = node.model().callCount();

        GcReport dry = manager.gc(GcRequest.full().dryRun());
        assertThat(dry.mode()).isEqualTo(GcRequest.Mode.DRY_RUN);
        assertThat(dry.findings())
                .extracting(Finding::outcome)
                .containsOnly(Outcome.DRY_RUN, Outcome.SKIPPED)
                .contains(Outcome.DRY_RUN);
        assertThat(devices()).isEqualTo(devices);
        assertThat(manager.assignments()).containsExactlyInAnyOrderElementsOf(assignments);
        assertThat(onDisk()).isEqualTo(disk);
        assertThat(node.model().callCount() - calls)
                .as("only describes the cloud")
                .isLessThanOrEqualTo(2);

        GcReport wet = manager.gc();
        assertThat(subjects(wet)).containsAll(subjects(dry));
    }

    private List<String> devices() {
        return node.devices().hostDevices(Duration.ofSeconds(1)).stream()
                .map(Object::toString)
                .sorted()
                .toList();
    }

    private static List<String> subjects(GcReport report) {
        return report.findings().stream()
                .filter(finding -> finding.kind() != Kind.UNCERTAIN)
                .map(finding -> finding.kind() + " " + finding.subject())
                .toList();
    }

    @Test
    void f3_aSourceThatIsDownKillsNoEndpointAndHealthSaysSo() {
        EniManager manager = nodeWithSource().startWarm(ENIS);
        Assignment web = node.add("web");
        source = any -> {
            throw new IllegalStateException("connection refused");
        };
        // The path is gone, and the device did not return: the agent may just not see where the sandbox is mounted.
        hide();
        assertUntouched(manager, web, "connection refused");
        source = any -> says(State.ALIVE);
        show();
        manager.gc();
        assertThat(manager.health().status()).isEqualTo(Status.HEALTHY);
    }

    @Test
    void f3_aSourceThatKnowsOnlySomeKillsNoOther() {
        EniManager manager = nodeWithSource().startWarm(ENIS);
        Assignment web = node.add("web");
        Assignment cart = node.add("cart");
        source = assignment -> assignment.equals(cart)
                ? says(State.ALIVE)
                : new Verdict(State.UNKNOWN, "the runtime lists 1 of 2 and stopped");
        hide();
        assertUntouched(manager, web, "stopped");
        assertThat(manager.check(cart.endpoint()).isOk()).isTrue();
    }

    @Test
    void f1_sourcesThatContradictEachOtherKillNoEndpointAndHealthSaysSo() {
        EniManager manager = nodeWithSource().startWarm(ENIS);
        Assignment web = node.add("web");
        source = any -> says(State.ALIVE);
        hide();
        assertUntouched(manager, web, "contradict each other");
        show();
        assertThat(manager.gc(GcRequest.valid(Set.of())).findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.kind()).isEqualTo(Kind.UNCERTAIN);
                    assertThat(finding.evidence()).contains("contradict each other", "the runtime says ALIVE");
                });
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
    }

    @Test
    void aCallersOldListIsNoLastingDoubt() {
        EniManager manager = node().startWarm(ENIS);
        Assignment web = node.add("web");
        hide();
        GcReport report = manager.gc(GcRequest.valid(Set.of()).asOf(web.since().minusSeconds(60)));
        assertThat(of(report, Kind.UNCERTAIN).evidence()).contains("younger than the caller's list");
        assertThat(manager.health().status()).isEqualTo(Status.HEALTHY);
    }

    private void hide() {
        move("ns-web", "hidden");
    }

    private void show() {
        move("hidden", "ns-web");
    }

    private void move(String from, String to) {
        try {
            Files.move(directory.resolve(from), directory.resolve(to));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertUntouched(EniManager manager, Assignment assignment, String why) {
        Path place = node.locate(assignment.eni());
        for (int round = 0; round < 2; round++) {
            GcReport report = manager.gc();
            assertThat(report.findings()).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.UNCERTAIN);
                assertThat(finding.outcome()).isEqualTo(Outcome.SKIPPED);
                assertThat(finding.subject())
                        .contains(assignment.endpoint().name(), assignment.eni().id());
                assertThat(finding.evidence()).contains(why);
            });
        }
        assertThat(manager.assignments()).contains(assignment);
        assertThat(node.locate(assignment.eni())).isEqualTo(place);
        assertThat(manager.health().status()).isEqualTo(Status.DEGRADED);
        assertThat(manager.health().reasons())
                .anySatisfy(reason ->
                        assertThat(reason).contains(assignment.endpoint().name(), why));
    }

    @Test
    void devicesThatCannotBeReadAreLeftAndSaid() {
        EniManager manager = node().startWarm(ENIS);
        node.add("web");
        node.devices().faults().next("hostDevices", Fault.BEFORE);
        assertThat(manager.gc().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(finding.action()).isEqualTo("examine none");
            assertThat(finding.evidence()).contains("scripted");
        });
        assertThat(TestNode.count(manager, EniState.READY)).isEqualTo(ENIS - 1);
    }

    @Test
    void p12_aCloudThatCannotBeDescribedChangesNothing() {
        EniManager manager = node().startWarm(ENIS);
        node.add("web");
        node.model().faults().random(1, 1, 0, 0);
        int before = node.model().enis().size();
        manager.gc();
        manager.gc();
        assertThat(node.model().enis()).hasSize(before);
        assertThat(manager.assignments()).hasSize(1);
        node.model().faults().none();
    }
}
