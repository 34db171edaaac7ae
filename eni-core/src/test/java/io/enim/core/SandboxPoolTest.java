package io.enim.core;

import static io.enim.core.TestNode.endpoint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.GcReport;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest;
import io.enim.InvalidRequestException;
import io.enim.NoEniAvailableException;
import io.enim.SandboxPool;
import io.enim.SettingsException;
import io.enim.TimelineEntry;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sandboxes that are made ahead of need, handed out and taken back. */
class SandboxPoolTest {
    private static final int ENIS = 4;

    @RegisterExtension
    final TestNode node = new TestNode(ENIS).set(EniSetting.GC_AGE, "0s");

    private EniManager startReady(int count) {
        EniManager manager =
                node.set(EniSetting.SANDBOXES_READY, Integer.toString(count)).startWarm(0);
        awaitReady(manager, count);
        return manager;
    }

    private static void awaitReady(EniManager manager, int count) {
        await(count + " sandboxes are ready")
                .untilAsserted(() -> assertThat(manager.sandboxes().ready())
                        .as("%s", manager.health())
                        .isEqualTo(count));
    }

    static boolean isUntaken(Assignment assignment) {
        return !assignment.labels().containsKey(SandboxPool.KEY);
    }

    private static Path path(Assignment sandbox) {
        return sandbox.sandbox().orElseThrow().path();
    }

    private List<Path> namespaces() {
        try (Stream<Path> files = Files.list(node.directory().resolve("netns"))) {
            return files.toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private void assertSound(EniManager manager, Assignment sandbox) {
        assertThat(sandbox.phase()).isEqualTo(Phase.ADDED);
        assertThat(node.locate(sandbox.eni())).isEqualTo(path(sandbox));
        assertThat(manager.check(sandbox.endpoint()).differences()).isEmpty();
    }

    @Test
    void p1_p11_aReadySandboxIsHandedOutByOneRecordAlone() {
        EniManager manager = startReady(2);
        Assignment sandbox = manager.sandboxes().take("web");
        assertThat(manager.timeline(sandbox.endpoint()))
                .filteredOn(entry -> entry.operation().equals("TAKE"))
                .extracting(TimelineEntry::step)
                .containsExactly("SANDBOX_RECORD_KEY");
        assertSound(manager, sandbox);
        assertThat(sandbox.labels()).containsEntry(SandboxPool.KEY, "web");
        assertThat(manager.assignments()).contains(sandbox);
        awaitReady(manager, 2);
        assertThat(manager.sandboxes().taken()).containsExactly(sandbox);
    }

    @Test
    void p2_p13_aSandboxThatIsGivenBackIsNeverUsedAgain() {
        EniManager manager = startReady(1);
        Assignment sandbox = manager.sandboxes().take("web");
        node.tenant(sandbox.eni(), device -> device.alias = "left behind");
        manager.sandboxes().giveBack(sandbox.endpoint());
        assertThat(path(sandbox)).doesNotExist();
        assertThat(manager.assignments()).doesNotContain(sandbox);
        assertThat(manager.sandboxes().taken()).isEmpty();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        seen.add(sandbox.endpoint().name());
        for (int life = 0; life < ENIS * 2; life++) {
            Assignment other = manager.sandboxes().take("web" + life);
            assertSound(manager, other);
            assertThat(seen.add(other.endpoint().name())).as("%s", other).isTrue();
            manager.sandboxes().giveBack(other.endpoint());
        }
    }

    @Test
    void p3_aKeyHasOneSandboxHoweverOftenItIsTaken() {
        EniManager manager = startReady(2);
        Assignment sandbox = manager.sandboxes().take("web");
        assertThat(manager.sandboxes().take("web")).isEqualTo(sandbox);
        manager.sandboxes().giveBack(sandbox.endpoint());
        manager.sandboxes().giveBack(sandbox.endpoint());
        assertThat(manager.sandboxes().take("web").endpoint()).isNotEqualTo(sandbox.endpoint());
    }

    @Test
    void p4_aLateGiveBackNeverEndsTheNextSandboxOfItsKey() {
        EniManager manager = startReady(1);
        Assignment earlier = manager.sandboxes().take("web");
        manager.sandboxes().giveBack(earlier.endpoint());
        Assignment later = manager.sandboxes().take("web");
        manager.sandboxes().giveBack(earlier.endpoint());
        assertThat(manager.sandboxes().taken()).containsExactly(later);
        assertSound(manager, later);
    }

    @Test
    void p1_p3_manyCallersAtOnceGetOneSandboxForEachKey() throws Exception {
        EniManager manager = startReady(ENIS);
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Assignment>> calls = new ArrayList<>();
            for (int call = 0; call < 64; call++) {
                String key = "key" + call % ENIS;
                calls.add(() -> manager.sandboxes().take(key));
            }
            Set<String> answers = ConcurrentHashMap.newKeySet();
            Set<String> enis = ConcurrentHashMap.newKeySet();
            for (Future<Assignment> call : callers.invokeAll(calls)) {
                Assignment sandbox = call.get();
                answers.add(sandbox.labels().get(SandboxPool.KEY) + " " + sandbox.endpoint());
                enis.add(sandbox.eni().id());
            }
            assertThat(answers).hasSize(ENIS);
            assertThat(enis).hasSize(ENIS);
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void p1_p5_afterARestartEachKeyHasItsSandboxAndTheOthersAreReady() {
        EniManager before = startReady(2);
        Assignment sandbox = before.sandboxes().take("web");
        awaitReady(before, 2);
        List<Assignment> held = before.assignments();
        node.close();
        EniManager manager = startReady(2);
        assertThat(manager.assignments()).hasSameElementsAs(held);
        assertThat(manager.sandboxes().taken()).containsExactly(sandbox);
        assertThat(manager.sandboxes().take("web")).isEqualTo(sandbox);
        Assignment other = manager.sandboxes().take("db");
        assertThat(other.endpoint()).isNotEqualTo(sandbox.endpoint());
        assertSound(manager, other);
    }

    @Test
    void p5_whereNoneIsWantedAnyMoreReadyOnesEndAndThoseHandedOutStay() {
        EniManager before = startReady(2);
        Assignment sandbox = before.sandboxes().take("web");
        awaitReady(before, 2);
        node.close();
        EniManager manager = node.set(EniSetting.SANDBOXES_READY, "0").start();
        await().untilAsserted(() -> {
            assertThat(manager.assignments()).containsExactly(sandbox);
            assertThat(namespaces()).containsExactly(path(sandbox));
        });
    }

    @Test
    void p5_p9_whatAProcessLeftWithoutARecordIsRemovedAndWhatIsNotOursStays() throws IOException {
        EniManager before = startReady(1);
        Assignment sandbox = before.sandboxes().take("web");
        node.close();
        String ours = sandbox.endpoint().name().replaceAll("[0-9a-f]+$", "0123456789abcdef");
        node.devices().createSandbox(path(sandbox).resolveSibling(ours));
        Path orphan = path(sandbox).resolveSibling(ours);
        List<Path> foreign = List.of(
                Files.createFile(orphan.resolveSibling("enim-00000000-0123456789abcdef")),
                Files.createFile(orphan.resolveSibling(ours + "\n")),
                Files.createFile(orphan.resolveSibling(ours.replaceAll("[0-9a-f]{16}$", "web"))),
                Files.createDirectory(orphan.resolveSibling(ours.replaceAll("[0-9a-f]{16}$", "1123456789abcdef"))),
                Files.createSymbolicLink(
                        orphan.resolveSibling(ours.replaceAll("[0-9a-f]{16}$", "2123456789abcdef")), path(sandbox)));
        EniManager manager = startReady(1);
        manager.sandboxes().giveBack(Endpoint.of(SandboxPool.NAMESPACE, "enim-00000000-0123456789abcdef"));
        await().untilAsserted(
                        () -> assertThat(path(sandbox).resolveSibling(ours)).doesNotExist());
        assertThat(foreign).allSatisfy(other -> assertThat(other).exists());
        assertThat(path(sandbox)).exists();
    }

    @Test
    void p12_aDryRunOnlyTellsOfNamespacesThatNoEndpointHas() {
        EniManager manager = startReady(1);
        Assignment sandbox = manager.sandboxes().take("web");
        awaitReady(manager, 1);
        Path orphan =
                path(sandbox).resolveSibling(sandbox.endpoint().name().replaceAll("[0-9a-f]{16}$", "0123456789abcdef"));
        node.devices().createSandbox(orphan);
        GcReport report = manager.gc(GcRequest.full().dryRun());
        assertThat(report.findings(Kind.SANDBOX_ORPHAN))
                .singleElement()
                .matches(found -> found.subject().contains("0123456789abcdef") && found.outcome() == Outcome.DRY_RUN);
        assertThat(orphan).exists();
        assertThat(manager.gc().findings(Kind.SANDBOX_ORPHAN))
                .extracting(Finding::outcome)
                .containsExactly(Outcome.DONE);
        assertThat(orphan).doesNotExist();
    }

    @Test
    void p20_whatDiffersFromHowItWasSetUpIsNotReady() {
        EniManager manager = node.set(EniSetting.GC_INTERVAL, "50ms")
                .set(EniSetting.SANDBOXES_READY, "1")
                .start();
        awaitReady(manager, 1);
        Assignment ready = manager.assignments().get(0);
        node.tenant(ready.eni(), device -> device.up = false);
        await().untilAsserted(() -> assertThat(manager.assignments()).doesNotContain(ready));
        awaitReady(manager, 1);
        assertSound(manager, manager.sandboxes().take("web"));
    }

    @Test
    void p1_aReadySandboxWhoseNamespaceIsGoneIsPassedOver() {
        EniManager manager = startReady(2);
        Set<Endpoint> gone = ConcurrentHashMap.newKeySet();
        Assignment ready = manager.assignments().get(0);
        gone.add(ready.endpoint());
        node.devices().killSandbox(path(ready));
        for (int i = 0; i < ENIS - 1; i++) {
            Assignment sandbox = manager.sandboxes().take("key" + i);
            assertThat(gone).doesNotContain(sandbox.endpoint());
            assertSound(manager, sandbox);
        }
    }

    @Test
    void p1_aListOfWhatIsAliveSaysNothingOfSandboxes() {
        EniManager manager = startReady(1);
        Assignment sandbox = manager.sandboxes().take("web");
        awaitReady(manager, 1);
        List<Assignment> both = manager.assignments();
        assertThat(both).hasSize(2).contains(sandbox);
        assertThat(manager.gc(Set.of()).findings()).isEmpty();
        assertThat(manager.assignments()).hasSameElementsAs(both);
        assertSound(manager, sandbox);
    }

    @Test
    void p1_aSourceOfLivenessHasNoSayOfSandboxes() {
        node.liveness(assignment -> new Verdict(State.CERTAINLY_GONE, "the runtime does not list it"));
        EniManager manager = startReady(1);
        Assignment sandbox = manager.sandboxes().take("web");
        awaitReady(manager, 1);
        List<Assignment> both = manager.assignments();
        manager.gc();
        assertThat(manager.assignments()).hasSameElementsAs(both).contains(sandbox);
    }

    @Test
    void p20_anAddThatFindsNoEniGetsThatOfAReadySandbox() {
        EniManager manager = startReady(ENIS);
        AddRequest patient = node.request("web").whenEmpty(WhenEmpty.WAIT).build();
        assertThat(manager.add(patient).phase()).isEqualTo(Phase.ADDED);
        assertThat(manager.sandboxes().ready()).isEqualTo(ENIS - 1);
        manager.del(endpoint("web"));
        node.awaitFree(manager, 1);
        assertThat(manager.add(node.request("next").build()).phase()).isEqualTo(Phase.ADDED);
        assertThat(manager.sandboxes().ready()).isEqualTo(ENIS - 1);
    }

    @Test
    void p8_takingFromAFullNodeEndsInTimeAndLeavesNoNamespace() {
        node.set(EniSetting.ADD_TIMEOUT, "300ms");
        EniManager manager = node.startWarm(ENIS);
        for (int i = 0; i < ENIS; i++) {
            manager.sandboxes().take("key" + i);
        }
        assertThatThrownBy(() -> manager.sandboxes().take("web")).isInstanceOf(NoEniAvailableException.class);
        await().untilAsserted(() -> assertThat(namespaces()).hasSize(ENIS));
    }

    @Test
    void p9_endpointsOfThePoolAreMadeByItAlone() {
        EniManager manager = startReady(1);
        AddRequest request = AddRequest.forEndpoint(Endpoint.of(SandboxPool.NAMESPACE, "mine"))
                .build();
        assertThatThrownBy(() -> manager.add(request)).isInstanceOf(InvalidRequestException.class);
        assertThat(manager.addAsync(request)).failsWithin(Duration.ofSeconds(20));
        assertThatThrownBy(() -> manager.sandboxes().giveBack(endpoint("web")))
                .isInstanceOf(InvalidRequestException.class);
        for (String key : List.of("", "  ", "a\nb", "k".repeat(1025))) {
            assertThatThrownBy(() -> manager.sandboxes().take(key)).isInstanceOf(InvalidRequestException.class);
        }
        assertThat(manager.sandboxes().ready()).isEqualTo(1);
    }

    @Test
    void moreThanThePoolMayHaveIsRefused() {
        assertThatThrownBy(() -> EniSettings.builder("node-1")
                        .set(EniSetting.SANDBOXES_READY, "65")
                        .build())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("enim.sandboxes.ready");
    }
}
