package io.enim.core.internal.manager;

import static io.enim.core.TestNode.count;
import static io.enim.core.TestNode.endpoint;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeEniManagerTest {
    private static final Path HOST = Path.of("/");

    @TempDir
    private Path directory;

    private TestNode node;

    @BeforeEach
    void makeNode() {
        node = new TestNode(directory, 3);
    }

    @AfterEach
    void close() {
        node.devices().faults().none();
        node.close();
    }

    @Test
    void anEndpointGetsAnEniAndGivesItBack() {
        EniManager manager = node.startWarm(3);
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
        EniManager manager = node.startWarm(3);
        Path sandbox = node.sandbox("web");
        Assignment first = manager.add(request("web", sandbox));
        assertThat(manager.add(request("web", sandbox))).isEqualTo(first);
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
        EniManager manager = node.startWarm(3);
        AddRequest.Builder request = AddRequest.forEndpoint(endpoint("web"))
                .netns(node.sandbox("web"))
                .label("cni.network", "pods");
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
        EniManager manager = node.startWarm(3);
        Path sandbox = node.sandbox("web");
        Assignment first = manager.add(request("web", sandbox));
        node.tenant(first.eni(), device -> device.up = false);
        assertThat(manager.check(first.endpoint()).differences()).hasSize(1);
        assertThat(manager.add(request("web", sandbox))).isEqualTo(first);
        assertThat(manager.check(first.endpoint()).isOk()).isTrue();
    }

    @Test
    void p3_delNeedsNoNamespace() {
        EniManager manager = node.startWarm(3);
        Assignment web = node.add("web");
        node.tenant(web.eni(), device -> device.mtu = 900);
        node.devices().killSandbox(web.sandbox().orElseThrow().path());
        manager.del(web.endpoint());
        assertThat(manager.assignments()).isEmpty();
        node.awaitFree(manager, 3);
    }

    @Test
    void p4_aLateDelOfTheOldLifeDoesNotTouchTheNewOne() {
        EniManager manager = node.startWarm(3);
        Assignment old = node.add("web");
        Endpoint next = Endpoint.of("default", "web", "c-next");
        Assignment newer = manager.add(
                AddRequest.forEndpoint(next).netns(node.sandbox("next")).build());
        assertThat(newer.eni().id()).isNotEqualTo(old.eni().id());
        manager.del(old.endpoint());
        manager.del(old.endpoint());
        assertThat(manager.assignments()).extracting(Assignment::endpoint).containsExactly(next);
        assertThat(manager.check(next).isOk()).isTrue();
    }

    @Test
    void delByNameEndsEveryLife() {
        EniManager manager = node.startWarm(3);
        node.add("web");
        manager.add(AddRequest.forEndpoint(Endpoint.of("default", "web", "c-2"))
                .netns(node.sandbox("web2"))
                .build());
        Assignment other = node.add("other");
        manager.del("default", "web");
        assertThat(manager.assignments()).containsExactly(other);
    }

    @Test
    void anAssignmentWithoutASandboxLeavesTheDeviceOnTheHost() {
        EniManager manager = node.startWarm(3);
        Assignment web = manager.add("default", "web");
        assertThat(node.locate(web.eni())).isEqualTo(HOST);
        manager.del("default", "web");
        node.awaitFree(manager, 3);
    }

    @Test
    void anEmptyPoolSaysHowManyExistInWhichStates() {
        EniManager manager = node.startWarm(3);
        List.of("a", "b", "c").forEach(node::add);
        Path sandbox = node.sandbox("d");
        NoEniAvailableException none =
                catchThrowableOfType(NoEniAvailableException.class, () -> manager.add(request("d", sandbox)));
        assertThat(none.counts()).containsEntry(EniState.IN_USE, 3);
        assertThat(none).hasMessageContaining("of 3: 3 IN_USE");
        assertThat(manager.assignments()).hasSize(3);
    }

    @Test
    void p8_anAddThatWaitsGetsTheEniThatIsGivenBack() {
        EniManager manager = node.startWarm(3);
        Assignment a = node.add("a");
        node.add("b");
        node.add("c");
        AddRequest patient = AddRequest.forEndpoint(endpoint("d"))
                .netns(node.sandbox("d"))
                .whenEmpty(WhenEmpty.WAIT)
                .build();
        CompletableFuture<Assignment> waiting = CompletableFuture.supplyAsync(() -> manager.add(patient));
        Awaitility.await().until(() -> manager.health().status() != null && !waiting.isDone());
        manager.del(a.endpoint());
        assertThat(waiting.join().eni().id()).isEqualTo(a.eni().id());
    }

    @Test
    void p8_anAddThatWaitsEndsAtItsDeadline() {
        EniManager manager = node.startWarm(3);
        List.of("a", "b", "c").forEach(node::add);
        AddRequest hasty = AddRequest.forEndpoint(endpoint("d"))
                .netns(node.sandbox("d"))
                .whenEmpty(WhenEmpty.WAIT)
                .timeout(Duration.ofMillis(200))
                .build();
        assertThatThrownBy(() -> manager.add(hasty))
                .isInstanceOfAny(NoEniAvailableException.class, DeadlineExceededException.class);
        assertThat(manager.assignments()).hasSize(3);
    }

    @Test
    void badSandboxesAreRefusedAndNothingChanges() throws IOException {
        EniManager manager = node.startWarm(3);
        Path plain = Files.createFile(directory.resolve("plain"));
        for (Path bad : List.of(directory.resolve("missing"), plain, HOST)) {
            assertThatThrownBy(() -> manager.add(request("web", bad)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("netns");
        }
        assertThat(manager.assignments()).isEmpty();
        assertThat(count(manager, EniState.READY)).isEqualTo(3);
    }

    @Test
    void anotherSandboxForALivingEndpointIsRefused() {
        EniManager manager = node.startWarm(3);
        Assignment web = node.add("web");
        Path elsewhere = node.sandbox("elsewhere");
        assertThatThrownBy(() -> manager.add(request("web", elsewhere))).hasMessageContaining("DEL the endpoint first");
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
    }

    @Test
    void aRouteOfAFamilyThatTheEniLacksIsRefusedAndTheEniIsFree() {
        EniManager manager = node.startWarm(3);
        AddRequest request = AddRequest.forEndpoint(endpoint("web"))
                .netns(node.sandbox("web"))
                .route(Route.to(Cidr.parse("10.9.0.0/16")))
                .route(Route.to(Cidr.parse("2001:db8:9::/48")))
                .build();
        Assignment web = manager.add(request);
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
        assertThat(web.routes()).hasSize(2);
    }

    @Test
    void p2_anAddThatFailsAfterTheMoveIsUndoneAndTheFirstErrorIsShown() {
        EniManager manager = node.startWarm(3);
        node.devices().faults().next("configure", Fault.BEFORE);
        Path sandbox = node.sandbox("web");
        assertThatThrownBy(() -> manager.add(request("web", sandbox)))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("configure");
        assertThat(manager.assignments()).isEmpty();
        node.awaitFree(manager, 3);
        assertThat(manager.add(request("web", sandbox)).phase()).isEqualTo(Phase.ADDED);
    }

    @ParameterizedTest
    @CsvSource({"find, BEFORE", "moveIn, BEFORE", "moveIn, AFTER", "configure, BEFORE", "configure, AFTER"})
    void p16_anAddThatFailsLeavesWhatAnEarlierOneGot(String method, Fault fault) {
        EniManager manager = node.startWarm(3);
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
    void p2_aNameThatIsTakenInTheSandboxLeavesTheDeviceOnTheHostInTheEnd() {
        EniManager manager = node.startWarm(3);
        Path sandbox = node.sandbox("web");
        Assignment first = manager.add(request("web", sandbox));
        AddRequest second =
                AddRequest.forEndpoint(endpoint("second")).netns(sandbox).build();
        assertThatThrownBy(() -> manager.add(second)).hasMessageContaining("NAME_TAKEN");
        assertThat(manager.check(first.endpoint()).isOk()).isTrue();
        node.awaitFree(manager, 2);
    }

    @Test
    void p2_aDeviceThatCannotBeReturnedKeepsItsEniFromOthersUntilItCan() {
        EniManager manager = node.startWarm(3);
        Assignment web = node.add("web");
        node.devices().faults().next("returnToHost", Fault.BEFORE);
        manager.del(web.endpoint());
        assertThat(count(manager, EniState.QUARANTINED)).isEqualTo(1);
        assertThat(manager.health().status()).isEqualTo(Health.Status.DEGRADED);
        node.add("a");
        node.add("b");
        Path sandbox = node.sandbox("c");
        assertThatThrownBy(() -> manager.add(request("c", sandbox))).isInstanceOf(NoEniAvailableException.class);
        GcReport report = manager.gc();
        assertThat(report.findings(Kind.QUARANTINED))
                .singleElement()
                .satisfies(finding -> assertThat(finding.outcome()).isEqualTo(Outcome.DONE));
        node.awaitFree(manager, 1);
        assertThat(manager.health().status()).isEqualTo(Health.Status.HEALTHY);
    }

    @Test
    void p2_aDeviceThatVanishedIsQuarantinedNotOffered() {
        EniManager manager = node.startWarm(3);
        Assignment web = node.add("web");
        MacAddress mac = web.eni().mac();
        node.devices().unplug(mac);
        manager.del(web.endpoint());
        assertThat(manager.assignments())
                .singleElement()
                .satisfies(kept -> assertThat(kept.phase()).isEqualTo(Phase.QUARANTINED))
                .satisfies(kept -> assertThat(kept.reason()).contains("neither on the host nor in any namespace"));
    }

    /** Deleted in the cloud by another party, with its device: its DEL ends, and the next endpoint of that name is served. */
    @Test
    void a12_anEniThatIsGoneHoldsUpNeitherItsDelNorTheNextOfThatName() {
        EniManager manager = node.startWarm(3);
        Assignment web = node.add("web");
        node.model().detach(web.eni().id());
        node.model().delete(web.eni().id());
        manager.del(web.endpoint());
        Assignment next = manager.add(AddRequest.forEndpoint(Endpoint.of("default", "web", "c-next"))
                .netns(node.sandbox("next"))
                .build());
        assertThat(next.eni().id()).isNotEqualTo(web.eni().id());
        assertThat(manager.health().reasons())
                .anyMatch(reason -> reason.contains(web.eni().id()));
    }

    @Test
    void f16_anEniWhoseDeviceIsMissingIsQuarantinedAndTheNextOneServes() {
        EniManager manager = node.startWarm(3);
        Eni broken = manager.enis().get(0);
        manager.enis().forEach(eni -> {
            if (!eni.id().equals(broken.id())) {
                manager.add(AddRequest.forEndpoint(endpoint(eni.id())).build());
            }
        });
        Eni last = manager.enis().stream()
                .filter(eni -> eni.state() == EniState.READY)
                .findFirst()
                .orElseThrow();
        node.devices().unplug(last.mac());
        AddRequest request = AddRequest.forEndpoint(endpoint("web"))
                .netns(node.sandbox("web"))
                .timeout(Duration.ofSeconds(3))
                .build();
        assertThatThrownBy(() -> manager.add(request))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.NOT_FOUND));
        Awaitility.await().until(() -> count(manager, EniState.QUARANTINED) == 1);
    }

    @Test
    void p9_protectedAndAmbiguousDevicesAreNotTouched() {
        EniManager manager = node.startWarm(3);
        Set<String> free = new HashSet<>();
        for (Eni eni : manager.enis()) {
            node.devices().plugInProtected("bond" + free.size(), eni.mac());
            free.add(eni.id());
        }
        Path sandbox = node.sandbox("web");
        assertThatThrownBy(() -> manager.add(request("web", sandbox))).isInstanceOf(DeviceException.class);
    }

    @Test
    void p6_aHangingDeviceDelaysOnlyItsOwnEndpoint() {
        node.set(EniSetting.ADD_TIMEOUT, "2s");
        EniManager manager = node.startWarm(3);
        node.devices().faults().next("moveIn", Fault.HANG);
        Path stuck = node.sandbox("stuck");
        CompletableFuture<Throwable> hanging = CompletableFuture.supplyAsync(() ->
                catchThrowableOfType(DeadlineExceededException.class, () -> manager.add(request("stuck", stuck))));
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
        EniManager manager = node.startWarm(3);
        List.of("a", "b", "c").forEach(node::add);
        AddRequest patient = AddRequest.forEndpoint(endpoint("d"))
                .netns(node.sandbox("d"))
                .whenEmpty(WhenEmpty.WAIT)
                .build();
        CompletableFuture<Assignment> waiting = CompletableFuture.supplyAsync(() -> manager.add(patient));
        Awaitility.await().until(() -> {
            manager.del(endpoint("d"));
            return waiting.isDone();
        });
        assertThat(waiting).isCompletedExceptionally();
        assertThat(manager.assignments()).hasSize(3);
    }

    @Test
    void p1_manyAtOnceNeverShareAnEni() {
        node = new TestNode(directory, 40);
        EniManager manager = node.startWarm(40);
        List<CompletableFuture<Assignment>> adds = IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> node.add("pod-" + i)))
                .toList();
        Set<String> enis = new HashSet<>();
        adds.forEach(add -> enis.add(add.join().eni().id()));
        assertThat(enis).hasSize(40);
        adds.parallelStream().forEach(add -> manager.del(add.join().endpoint()));
        node.awaitFree(manager, 40);
    }

    @Test
    void p5_aManagerThatStartsAgainKnowsWhoHoldsWhat() {
        node.startWarm(3);
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
        node.startWarm(3);
        int before = node.model().callCount();
        node.add("web");
        assertThat(node.model().callCount()).isEqualTo(before);
    }

    @Test
    void gcBringsBackTheDeviceOfASandboxThatDied() {
        EniManager manager = node.startWarm(3);
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
        EniManager manager = node.startWarm(3);
        Assignment web = node.add("web");
        GcReport report = manager.gc(GcRequest.valid(Set.of()).dryRun());
        assertThat(report.findings(Kind.DEAD_ENDPOINT))
                .singleElement()
                .satisfies(finding -> assertThat(finding.outcome()).isEqualTo(Outcome.DRY_RUN));
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
        assertThat(manager.gc(Set.of(web.endpoint())).isQuiet()).isTrue();
        manager.gc(Set.of());
        assertThat(manager.assignments()).isEmpty();
    }

    @Test
    void p13_whatATenantLeftIsGoneForTheNext() {
        EniManager manager = node.startWarm(3);
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
        EniManager manager = node.startWarm(3);
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
        EniManager manager = node.startWarm(3);
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
        EniManager manager = node.startWarm(3);
        manager.close();
        manager.close();
        assertThatThrownBy(() -> manager.add("default", "web")).isInstanceOf(ClosedException.class);
        assertThatThrownBy(manager::enis).isInstanceOf(ClosedException.class);
        assertThat(manager.health().status()).isEqualTo(Health.Status.UNAVAILABLE);
    }
}
