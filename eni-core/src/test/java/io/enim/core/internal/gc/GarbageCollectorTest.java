package io.enim.core.internal.gc;

import static io.enim.core.TestNode.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Cidr;
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
import io.enim.HostLink;
import io.enim.core.TestNode;
import io.enim.core.internal.ledger.BootId;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
import io.enim.core.internal.step.FailPoint.Side;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What garbage collection says: evidence for each action, everything beforehand where asked, and doubt where it is. */
class GarbageCollectorTest {
    private static final int ENIS = 10;
    private static final Set<Step> ENDING =
            EnumSet.of(Step.DEL_RECORD_INTENT, Step.DEL_RETURN_TO_HOST, Step.RECORD_QUARANTINE, Step.GC_REPAIR_DEVICE);

    @RegisterExtension
    final TestNode node = new TestNode(ENIS).set(EniSetting.GC_AGE, "5m");

    /** Whether nothing can be ended yet: rounds come by themselves too, and are to leave everything to the test's. */
    private volatile boolean refusing;

    private volatile Function<Assignment, Verdict> source = any -> new Verdict(State.UNKNOWN, "the runtime is silent");

    private EniManager startWithSource() {
        return node.liveness(assignment -> source.apply(assignment)).startWarm(ENIS);
    }

    private static Verdict says(State state) {
        return new Verdict(state, "the runtime says " + state);
    }

    /** A manager begins on these phases, as a death in the midst of an operation leaves them. */
    private EniManager startIn(Map<Endpoint, Phase> phases) {
        Path directory = node.directory().resolve("run/assignments");
        RecordStore records = RecordStore.open(Disk.OF_THE_MACHINE, directory, Durability.PROCESS, Clock.systemUTC());
        try (Ledger ledger = Ledger.open(records, BootId.read(Disk.OF_THE_MACHINE))) {
            phases.forEach((endpoint, phase) ->
                    ledger.put(ledger.get(endpoint).orElseThrow().in(phase, "as a death has it")));
        }
        return node.start();
    }

    private void refuse(Step step, Side side) {
        if (refusing && ENDING.contains(step)) {
            throw new DeviceException(DeviceException.Kind.KERNEL, step.name(), "a device", "not yet");
        }
    }

    /** All that a round can find, but what needs a cloud that is minutes old. */
    private EniManager everythingAtOnce() {
        node.failPoint(this::refuse);
        EniManager manager = startWithSource();
        manager.gc();
        for (String name : List.of("living", "dead", "doubtful", "adding", "deleting", "kept")) {
            node.add(name);
        }
        String lost = node.add("lost").eni().id();
        refusing = true;
        source = assignment -> switch (assignment.endpoint().name()) {
            case "dead" -> says(State.CERTAINLY_GONE);
            case "doubtful" -> throw new IllegalStateException("connection refused");
            default -> says(State.ALIVE);
        };
        move("ns-doubtful", "hidden");
        node.close();
        node.deleteAtTheCloud(lost);
        manager = startIn(Map.of(
                endpoint("adding"), Phase.ADDING,
                endpoint("deleting"), Phase.DELETING,
                endpoint("kept"), Phase.QUARANTINED));
        node.awaitFree(manager, 4); // One of them in place of the lost one.
        node.claimUnrecorded(endpoint("unrecorded"));
        List<Eni> free = node.enis(EniState.READY);
        node.tenant(free.get(0), device -> device.alias = "mine");
        HostLink services = new HostLink(List.of(Cidr.parse("10.96.0.0/12")), List.of());
        node.devices().addHostLink(free.get(2).mac(), node.directory().resolve("ns-living"), services);
        node.devices().unplug(free.get(1).mac());
        return manager;
    }

    private Map<String, String> onDisk() throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(node.directory())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return content;
    }

    @Test
    void everyActionCarriesItsEvidence() {
        EniManager manager = everythingAtOnce();
        GcReport report = manager.gc();
        // An orphan in the cloud is proven by its age, and EniPoolCollectTest moves the time; SandboxPoolTest has a
        // sandbox's.
        assertThat(report.findings().stream().map(Finding::kind).collect(Collectors.toSet()))
                .as("a new kind of finding has to be provoked here")
                .isEqualTo(EnumSet.complementOf(EnumSet.of(Kind.CLOUD_ORPHAN, Kind.SANDBOX_ORPHAN)));
        assertThat(report.findings()).allSatisfy(finding -> {
            assertThat(finding.subject()).as("%s", finding).isNotBlank();
            assertThat(finding.evidence()).as("%s", finding).isNotBlank();
            assertThat(finding.action()).as("%s", finding).isNotBlank();
            assertThat(finding.toString()).contains(finding.subject(), finding.evidence(), finding.action());
        });
        assertThat(of(report, Kind.DEAD_ENDPOINT).evidence()).contains("the runtime says CERTAINLY_GONE");
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
        EniManager manager = startWithSource();
        Assignment web = node.add("web");
        source = any -> {
            throw new IllegalStateException("connection refused");
        };
        // The path is gone, and the device did not return: the agent may just not see where the sandbox is mounted.
        move("ns-web", "hidden");
        assertUntouched(manager, web, "connection refused");
        source = any -> says(State.ALIVE);
        move("hidden", "ns-web");
        manager.gc();
        assertThat(manager.health().status()).isEqualTo(Status.HEALTHY);
    }

    @Test
    void f3_aSourceThatKnowsOnlySomeKillsNoOther() {
        EniManager manager = startWithSource();
        Assignment web = node.add("web");
        Assignment cart = node.add("cart");
        source = assignment -> assignment.equals(cart)
                ? says(State.ALIVE)
                : new Verdict(State.UNKNOWN, "the runtime lists 1 of 2 and stopped");
        move("ns-web", "hidden");
        assertUntouched(manager, web, "stopped");
        assertThat(manager.check(cart.endpoint()).isOk()).isTrue();
    }

    @Test
    void f1_sourcesThatContradictEachOtherKillNoEndpointAndHealthSaysSo() {
        EniManager manager = startWithSource();
        Assignment web = node.add("web");
        source = any -> says(State.ALIVE);
        move("ns-web", "hidden");
        assertUntouched(manager, web, "contradict each other");
        move("hidden", "ns-web");
        GcReport report = manager.gc(GcRequest.valid(Set.of()));
        String[] evidence = {"contradict each other", "the runtime says ALIVE"};
        TestNode.only(report.findings(), Kind.UNCERTAIN, Outcome.SKIPPED, evidence);
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
    }

    @Test
    void p1_onlyASourceThatIsCertainEndsAnEndpointWhoseNamespaceIsMountedAndLives() {
        EniManager manager = startWithSource();
        Assignment web = node.add("web");
        source = any -> says(State.GONE);
        assertUntouched(manager, web, "contradict each other");
        move("ns-web", "hidden");
        assertUntouched(manager, web, "its namespace lives");
        source = any -> says(State.CERTAINLY_GONE);
        TestNode.only(manager.gc().findings(), Kind.DEAD_ENDPOINT, Outcome.DONE, "the runtime says CERTAINLY_GONE");
        assertThat(manager.assignments()).isEmpty();
    }

    @Test
    void aCallersOldListIsNoLastingDoubt() {
        EniManager manager = node.startWarm(ENIS);
        node.add("web");
        move("ns-web", "hidden");
        GcReport report = manager.gc(GcRequest.valid(Set.of()).among(Set.of()));
        assertThat(of(report, Kind.UNCERTAIN).evidence()).contains("after the caller's list");
        assertThat(manager.health().status()).isEqualTo(Status.HEALTHY);
    }

    @Test
    void p15_anErrorCostsItsOwnFindingAlone() {
        AtomicBoolean isNext = new AtomicBoolean(true);
        node.failPoint((step, side) -> {
            if (step == Step.GC_RELEASE_UNOWNED && isNext.getAndSet(false)) {
                throw new LinkageError("scripted");
            }
        });
        EniManager manager = node.startWarm(ENIS);
        List.of("bad", "web").forEach(name -> node.claimUnrecorded(endpoint(name)));
        assertThat(manager.gc().findings())
                .extracting(Finding::outcome)
                .containsExactlyInAnyOrder(Outcome.FAILED, Outcome.DONE);
        TestNode.only(manager.gc().findings(), Kind.UNOWNED_ENI, Outcome.DONE, "the ledger has no such endpoint");
    }

    @Test
    void p14_aClockStepTakesNoEniFromALivingEndpoint() {
        EniManager manager = node.startWarm(ENIS);
        Assignment web = node.add("web");
        move("ns-web", "hidden");
        for (int step : new int[] {6, -600, 60 * 24 * 3650}) {
            manager.gc();
            node.stepClock(Duration.ofMinutes(step));
            assertThat(of(manager.gc(), Kind.UNCERTAIN).evidence()).contains("did not return to the host");
        }
        move("hidden", "ns-web");
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
    }

    private void move(String from, String to) {
        try {
            Files.move(node.directory().resolve(from), node.directory().resolve(to));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertUntouched(EniManager manager, Assignment assignment, String why) {
        Path place = node.locate(assignment.eni());
        for (int round = 0; round < 2; round++) {
            Finding finding = TestNode.only(manager.gc().findings(), Kind.UNCERTAIN, Outcome.SKIPPED, why);
            assertThat(finding.subject())
                    .contains(assignment.endpoint().name(), assignment.eni().id());
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
        EniManager manager = node.startWarm(ENIS);
        node.add("web");
        node.devices().faults().next("hostDevices", Fault.BEFORE);
        Finding finding = TestNode.only(manager.gc().findings(), Kind.UNCERTAIN, Outcome.SKIPPED, "scripted");
        assertThat(finding.action()).isEqualTo("examine none");
        assertThat(TestNode.count(manager, EniState.READY)).isEqualTo(ENIS - 1);
    }

    @Test
    void p12_aCloudThatCannotBeDescribedChangesNothing() {
        EniManager manager = node.startWarm(ENIS);
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
