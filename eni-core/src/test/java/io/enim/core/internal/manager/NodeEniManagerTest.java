package io.enim.core.internal.manager;

import static io.enim.core.TestNode.count;
import static io.enim.core.TestNode.endpoint;
import static io.enim.core.TestNode.only;
import static io.enim.core.TestNode.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.CheckReport;
import io.enim.Cidr;
import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.DeviceException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.GcReport;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest;
import io.enim.Health;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.NoEniAvailableException;
import io.enim.Route;
import io.enim.core.TestNode;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.Step;
import io.enim.provider.fake.device.DeviceFaults.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeEniManagerTest {
    private static final Path HOST = Path.of("/");

    @RegisterExtension
    final TestNode node = new TestNode(3);

    private EniManager manager;

    @BeforeEach
    void start() {
        manager = node.startWarm(3);
    }

    private List<Assignment> addThree() {
        return Stream.of("a", "b", "c").map(node::add).toList();
    }

    private Assignment addAgain(String name, String containerId) {
        return manager.add(AddRequest.forEndpoint(Endpoint.of("default", name, containerId))
                .netns(node.sandbox(name + "-" + containerId))
                .build());
    }

    private CompletableFuture<Assignment> addPatiently(String name) {
        AddRequest patient = node.request(name).whenEmpty(WhenEmpty.WAIT).build();
        return CompletableFuture.supplyAsync(() -> manager.add(patient));
    }

    @Test
    void anEndpointGetsAnEniAndGivesItBack() {
        Assignment web = node.add("web");
        assertThat(web.phase()).isEqualTo(Phase.ADDED);
        assertThat(web.ipv4()).isPresent();
        assertThat(node.locate(web.eni())).isEqualTo(web.sandbox().orElseThrow().path());
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
        assertThat(manager.timeline(web.endpoint()))
                .extracting(entry -> entry.step())
                .as("RECORD_BASELINE is there too where no round met the device before")
                .filteredOn(step -> !step.equals("RECORD_BASELINE"))
                .containsExactly(
                        "ADD_CLAIM",
                        "ADD_FIND_DEVICE",
                        "ADD_RECORD_INTENT",
                        "ADD_MOVE_IN",
                        "ADD_CONFIGURE",
                        "ADD_RECORD_DONE");
        manager.del(web.endpoint());
        assertThat(node.locate(web.eni())).isEqualTo(HOST);
        assertThat(manager.assignments()).isEmpty();
        node.awaitFree(manager, 3);
    }

    @Test
    void p3_addTwiceGivesTheSameAnswerAndDelTwiceSucceeds() {
        AddRequest request = node.request("web").build();
        Assignment first = manager.add(request);
        assertThat(manager.add(request)).isEqualTo(first);
        manager.del(first.endpoint());
        manager.del(first.endpoint());
        manager.del(Endpoint.of("default", "never-seen"));
    }

    @Test
    void p5_labelsAreRecordedWithTheIntentAndListedAfterARestart() {
        List<Map<String, String>> recorded = new CopyOnWriteArrayList<>();
        node.failPoint((step, side) -> {
            if (step == Step.ADD_MOVE_IN && side == FailPoint.Side.BEFORE) {
                node.current().assignments().forEach(assignment -> recorded.add(assignment.labels()));
            }
        });
        node.close();
        manager = node.startWarm(3);
        AddRequest.Builder request = node.request("web").label("cni.network", "pods");
        Assignment web = manager.add(request.build());
        assertThat(recorded).containsExactly(Map.of("cni.network", "pods"));
        assertThat(manager.assignments()).containsExactly(web);
        assertThat(manager.add(request.label("owner", "shop").build()))
                .isEqualTo(web.withLabels(Map.of("owner", "shop")));
        assertThat(manager.add(request("web", web.sandbox().orElseThrow().path()))
                        .labels())
                .as("an ADD without labels takes none away")
                .isEqualTo(Map.of("cni.network", "pods", "owner", "shop"));
        manager.close();
        assertThat(node.start().assignments())
                .extracting(Assignment::labels)
                .containsExactly(Map.of("cni.network", "pods", "owner", "shop"));
    }

    @Test
    void p3_addAgainFinishesWhatIsMissing() {
        AddRequest request = node.request("web").build();
        Assignment first = manager.add(request);
        node.tenant(first.eni(), device -> device.up = false);
        assertThat(manager.check(first.endpoint()).differences()).hasSize(1);
        assertThat(manager.add(request)).isEqualTo(first);
        assertThat(manager.check(first.endpoint()).isOk()).isTrue();
    }

    @Test
    void p3_delNeedsNoNamespace() {
        Assignment web = node.add("web");
        node.tenant(web.eni(), device -> device.mtu = 900);
        node.devices().killSandbox(web.sandbox().orElseThrow().path());
        manager.del(web.endpoint());
        assertThat(manager.assignments()).isEmpty();
        node.awaitFree(manager, 3);
    }

    @Test
    void p4_aLateDelOfTheOldLifeDoesNotTouchTheNewOne() {
        Assignment old = node.add("web");
        Assignment newer = addAgain("web", "c-next");
        Endpoint next = newer.endpoint();
        assertThat(newer.eni().id()).isNotEqualTo(old.eni().id());
        manager.del(old.endpoint());
        manager.del(old.endpoint());
        assertThat(manager.assignments()).extracting(Assignment::endpoint).containsExactly(next);
        assertThat(manager.check(next).isOk()).isTrue();
    }

    @Test
    void delByNameEndsEveryLife() {
        node.add("web");
        addAgain("web", "c-2");
        Assignment other = node.add("other");
        manager.del("default", "web");
        assertThat(manager.assignments()).containsExactly(other);
    }

    @Test
    void anAssignmentWithoutASandboxLeavesTheDeviceOnTheHost() {
        Assignment web = manager.add("default", "web");
        assertThat(node.locate(web.eni())).isEqualTo(HOST);
        manager.del("default", "web");
        node.awaitFree(manager, 3);
    }

    @Test
    void anEmptyPoolSaysHowManyExistInWhichStates() {
        addThree();
        NoEniAvailableException none = catchThrowableOfType(NoEniAvailableException.class, () -> node.add("d"));
        assertThat(none.counts()).containsEntry(EniState.IN_USE, 3);
        assertThat(none).hasMessageContaining("of 3: 3 IN_USE");
        assertThat(manager.assignments()).hasSize(3);
    }

    @Test
    void p8_anAddThatWaitsGetsTheEniThatIsGivenBack() {
        Assignment a = addThree().get(0);
        CompletableFuture<Assignment> waiting = addPatiently("d");
        Awaitility.await().until(() -> manager.health().status() != null && !waiting.isDone());
        manager.del(a.endpoint());
        assertThat(waiting.join().eni().id()).isEqualTo(a.eni().id());
    }

    @Test
    void p8_anAddThatWaitsEndsAtItsDeadline() {
        addThree();
        AddRequest hasty = node.request("d")
                .whenEmpty(WhenEmpty.WAIT)
                .timeout(Duration.ofMillis(200))
                .build();
        assertThatThrownBy(() -> manager.add(hasty))
                .isInstanceOf(NoEniAvailableException.class)
                .hasMessageContaining("none became free within 180 ms; of 3: 3 IN_USE");
        assertThat(manager.assignments()).hasSize(3);
    }

    @Test
    void badSandboxesAreRefusedAndNothingChanges() throws IOException {
        Path plain = Files.createFile(node.directory().resolve("plain"));
        for (Path bad : List.of(node.directory().resolve("missing"), plain, HOST)) {
            assertThatThrownBy(() -> manager.add(request("web", bad)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("netns");
        }
        assertThat(manager.assignments()).isEmpty();
        assertThat(count(manager, EniState.READY)).isEqualTo(3);
    }

    @Test
    void anotherSandboxForALivingEndpointIsRefused() {
        Assignment web = node.add("web");
        Path elsewhere = node.sandbox("elsewhere");
        assertThatThrownBy(() -> manager.add(request("web", elsewhere))).hasMessageContaining("DEL the endpoint first");
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
    }

    @Test
    void aRouteOfAFamilyThatTheEniLacksIsRefusedAndTheEniIsFree() {
        AddRequest request = node.request("web")
                .route(Route.to(Cidr.parse("10.9.0.0/16")))
                .route(Route.to(Cidr.parse("2001:db8:9::/48")))
                .build();
        Assignment web = manager.add(request);
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
        assertThat(web.routes()).hasSize(2);
    }

    @Test
    void p2_anAddThatFailsAfterTheMoveIsUndoneAndTheFirstErrorIsShown() {
        node.devices().faults().next("configure", Fault.BEFORE);
        AddRequest request = node.request("web").build();
        assertThatThrownBy(() -> manager.add(request))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("configure");
        assertThat(manager.assignments()).isEmpty();
        node.awaitFree(manager, 3);
        assertThat(manager.add(request).phase()).isEqualTo(Phase.ADDED);
    }

    @ParameterizedTest
    @CsvSource({"find, BEFORE", "moveIn, BEFORE", "moveIn, AFTER", "configure, BEFORE", "configure, AFTER"})
    void p16_anAddThatFailsLeavesWhatAnEarlierOneGot(String method, Fault fault) {
        Assignment earlier = manager.add("default", "web");
        AddRequest request = AddRequest.forEndpoint(earlier.endpoint())
                .netns(node.sandbox("web"))
                .label("owner", "shop")
                .build();
        node.devices().faults().next(method, fault);
        assertThatThrownBy(() -> manager.add(request)).isInstanceOf(DeviceException.class);
        assertThat(manager.assignments()).containsExactly(earlier);
        assertThat(node.locate(earlier.eni())).isEqualTo(HOST);
        assertThat(manager.gc().findings()).isEmpty();
        assertThat(manager.add(request).eni().id()).isEqualTo(earlier.eni().id());
    }

    @Test
    void p16_anAddThatCannotBeUndoneNowGivesBackWhatAnEarlierOneGotLater() {
        Assignment earlier = manager.add("default", "web");
        AddRequest request = AddRequest.forEndpoint(earlier.endpoint())
                .netns(node.sandbox("web"))
                .build();
        node.devices().faults().next("configure", Fault.BEFORE);
        node.devices().faults().next("returnToHost", Fault.BEFORE);
        assertThatThrownBy(() -> manager.add(request)).isInstanceOf(DeviceException.class);
        assertThat(manager.assignments()).extracting(Assignment::phase).containsExactly(Phase.QUARANTINED);
        only(manager.gc(), Kind.QUARANTINED, Outcome.DONE);
        assertThat(manager.assignments()).containsExactly(earlier);
    }

    @Test
    void p2_aNameThatIsTakenInTheSandboxLeavesTheDeviceOnTheHostInTheEnd() {
        Path sandbox = node.sandbox("web");
        Assignment first = manager.add(request("web", sandbox));
        assertThatThrownBy(() -> manager.add(request("second", sandbox))).hasMessageContaining("NAME_TAKEN");
        assertThat(manager.check(first.endpoint()).isOk()).isTrue();
        node.awaitFree(manager, 2);
    }

    @Test
    void p2_aDeviceThatCannotBeReturnedKeepsItsEniFromOthersUntilItCan() {
        Assignment web = node.add("web");
        node.devices().faults().next("returnToHost", Fault.BEFORE);
        manager.del(web.endpoint());
        assertThat(count(manager, EniState.QUARANTINED)).isEqualTo(1);
        assertThat(manager.health().status()).isEqualTo(Health.Status.DEGRADED);
        node.add("a");
        node.add("b");
        assertThatThrownBy(() -> node.add("c")).isInstanceOf(NoEniAvailableException.class);
        only(manager.gc(), Kind.QUARANTINED, Outcome.DONE);
        node.awaitFree(manager, 1);
        assertThat(manager.health().status()).isEqualTo(Health.Status.HEALTHY);
    }

    @Test
    void p2_aDeviceThatVanishedIsQuarantinedNotOffered() {
        Assignment web = node.add("web");
        node.devices().unplug(web.eni().mac());
        manager.del(web.endpoint());
        assertThat(manager.assignments())
                .singleElement()
                .satisfies(kept -> assertThat(kept.phase()).isEqualTo(Phase.QUARANTINED))
                .satisfies(kept -> assertThat(kept.reason()).contains("neither on the host nor in any namespace"));
    }

    /** Deleted in the cloud by another party, with its device: its DEL ends, and the next endpoint of that name is served. */
    @Test
    void a12_anEniThatIsGoneHoldsUpNeitherItsDelNorTheNextOfThatName() {
        Assignment web = node.add("web");
        node.deleteAtTheCloud(web.eni().id());
        manager.del(web.endpoint());
        Assignment next = addAgain("web", "c-next");
        assertThat(next.eni().id()).isNotEqualTo(web.eni().id());
        assertThat(manager.health().reasons())
                .anyMatch(reason -> reason.contains(web.eni().id()));
    }

    @Test
    void f16_anEniWhoseDeviceIsMissingIsQuarantinedAndTheNextOneServes() {
        node.close();
        manager = node.set(EniSetting.DEVICE_TIMEOUT, "1s").startWarm(3);
        List.of("a", "b").forEach(name -> manager.add("default", name));
        node.devices().unplug(node.enis(EniState.READY).get(0).mac());
        assertThatThrownBy(() -> node.add("web"))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.NOT_FOUND));
        Awaitility.await().until(() -> count(manager, EniState.QUARANTINED) == 1);
    }

    @Test
    void p9_protectedAndAmbiguousDevicesAreNotTouched() {
        for (Eni eni : manager.enis()) {
            node.devices().plugInProtected("bond-" + eni.id(), eni.mac());
        }
        assertThatThrownBy(() -> node.add("web")).isInstanceOf(DeviceException.class);
    }

    @Test
    void p6_aHangingDeviceDelaysOnlyItsOwnEndpoint() {
        node.devices().faults().next("moveIn", Fault.HANG);
        AddRequest stuck = node.request("stuck").timeout(Duration.ofSeconds(1)).build();
        CompletableFuture<Throwable> hanging = CompletableFuture.supplyAsync(
                () -> catchThrowableOfType(DeadlineExceededException.class, () -> manager.add(stuck)));
        Awaitility.await().until(() -> !manager.assignments().isEmpty());
        node.add("a");
        node.add("b");
        assertThat(manager.assignments())
                .filteredOn(a -> a.phase() == Phase.ADDED)
                .hasSize(2);
        assertThat(hanging.join()).isInstanceOf(DeadlineExceededException.class);
        node.devices().faults().none();
        Awaitility.await("the abandoned ADD is undone")
                .until(() -> manager.assignments().size() == 2);
        node.awaitFree(manager, 1);
    }

    @Test
    void p7_aDelEndsAnAddThatIsStillWaiting() {
        addThree();
        CompletableFuture<Assignment> waiting = addPatiently("d");
        Awaitility.await().until(() -> {
            manager.del(endpoint("d"));
            return waiting.isDone();
        });
        assertThat(waiting).isCompletedExceptionally();
        assertThat(manager.assignments()).hasSize(3);
    }

    @Test
    void p1_manyAtOnceNeverShareAnEni() {
        TestNode large = new TestNode(40);
        try {
            EniManager many = large.startWarm(40);
            List<CompletableFuture<Assignment>> adds = IntStream.range(0, 40)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> large.add("pod-" + i)))
                    .toList();
            assertThat(adds)
                    .extracting(add -> add.join().eni().id())
                    .doesNotHaveDuplicates()
                    .hasSize(40);
            adds.parallelStream().forEach(add -> many.del(add.join().endpoint()));
            large.awaitFree(many, 40);
        } finally {
            large.delete();
        }
    }

    @Test
    void p5_aManagerThatStartsAgainKnowsWhoHoldsWhat() {
        Assignment web = node.add("web");
        node.close();
        EniManager again = node.startWarm(2);
        assertThat(again.assignments()).containsExactly(web);
        assertThat(again.check(web.endpoint()).isOk()).isTrue();
        node.add("a");
        node.add("b");
        assertThat(again.assignments()).extracting(a -> a.eni().id()).doesNotHaveDuplicates();
        again.del(web.endpoint());
        node.awaitFree(again, 1);
    }

    @Test
    void p11_fromAWarmPoolAnAddMakesNoCloudCall() {
        int before = node.model().callCount();
        node.add("web");
        assertThat(node.model().callCount()).isEqualTo(before);
    }

    @Test
    void gcBringsBackTheDeviceOfASandboxThatDied() {
        Assignment web = node.add("web");
        node.devices().rename(web.eni().mac(), "mine");
        node.devices().killSandbox(web.sandbox().orElseThrow().path());
        Awaitility.await("the event starts a round")
                .until(() -> manager.assignments().isEmpty());
        node.awaitFree(manager, 3);
        assertThat(node.devices().hostDevices(Duration.ofSeconds(1)))
                .extracting(device -> device.name())
                .contains(web.baseline().orElseThrow().name());
    }

    @Test
    void gcDryRunReportsAndChangesNothing() {
        Assignment web = node.add("web");
        GcReport report = manager.gc(GcRequest.valid(Set.of()).dryRun());
        only(report, Kind.DEAD_ENDPOINT, Outcome.DRY_RUN);
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
        assertThat(manager.gc(Set.of(web.endpoint())).isQuiet()).isTrue();
        manager.gc(Set.of());
        assertThat(manager.assignments()).isEmpty();
    }

    @Test
    void p13_whatATenantLeftIsGoneForTheNext() {
        Assignment web = node.add("web");
        node.tenant(web.eni(), device -> {
            device.mac = MacAddress.parse("02:ff:ff:ff:ff:01");
            device.mtu = 1280;
            device.txQueueLength = 3;
            device.group = 9;
            device.alias = "mine";
            device.altNames.add("alt");
            device.flags.add("promisc");
        });
        node.devices().rename(web.eni().mac(), "hidden");
        manager.del(web.endpoint());
        assertThat(node.devices().find(web.eni().mac(), Duration.ofSeconds(1)))
                .hasValueSatisfying(
                        device -> assertThat(web.baseline().orElseThrow().differences(device))
                                .isEmpty());
    }

    @Test
    void theTimelineOfTheLatestLifeStaysAfterItEnded() {
        Assignment web = node.add("web");
        manager.del(web.endpoint());
        assertThat(manager.timeline("default", "web"))
                .isEqualTo(manager.timeline(web.endpoint()))
                .extracting(entry -> entry.operation())
                .contains("ADD", "DEL");
        assertThat(manager.timeline("default", "unknown")).isEmpty();
    }

    @Test
    void checkTellsWhatDiffers() {
        assertThat(manager.check(endpoint("unknown")).differences())
                .extracting(CheckReport.Difference::what)
                .containsExactly("assignment");
        Assignment web = node.add("web");
        node.devices().rename(web.eni().mac(), "other");
        assertThat(manager.check(web.endpoint()).differences())
                .extracting(CheckReport.Difference::what)
                .containsExactly("name");
    }

    @Test
    void p8_aClosedManagerRefuses() {
        manager.close();
        manager.close();
        assertThatThrownBy(() -> manager.add("default", "web")).isInstanceOf(ClosedException.class);
        assertThatThrownBy(manager::enis).isInstanceOf(ClosedException.class);
        assertThat(manager.health().status()).isEqualTo(Health.Status.UNAVAILABLE);
    }
}
