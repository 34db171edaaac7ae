package io.enim.core.internal.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniState;
import io.enim.GcRequest;
import io.enim.Health.Status;
import io.enim.LedgerException;
import io.enim.NoEniAvailableException;
import io.enim.core.HangAtStep;
import io.enim.core.TestNode;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damages each record file in every way of a generator, and starts again: no ENI gets a second endpoint (P1). */
class DamagedRecordTest {
    private static final int ENIS = 3;

    @RegisterExtension
    final TestNode node = new TestNode(ENIS);

    /** Every bit flipped, the file cut at every byte, and bytes that follow it. */
    private static List<UnaryOperator<byte[]>> damages(byte[] sound) {
        List<UnaryOperator<byte[]>> damages = new ArrayList<>();
        for (int i = 0; i < sound.length; i++) {
            int at = i;
            for (int bit = 0; bit < 8; bit++) {
                int mask = 1 << bit;
                damages.add(bytes -> {
                    bytes[at] ^= (byte) mask;
                    return bytes;
                });
            }
            damages.add(bytes -> Arrays.copyOf(bytes, at));
        }
        damages.add(bytes -> Arrays.copyOf(bytes, bytes.length + 1));
        return damages;
    }

    private Path assignments() {
        return node.directory().resolve("run/assignments");
    }

    private static List<Path> records(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".rec"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An assignment alone: the device stays on the host, where it looks like that of a free ENI. */
    private Assignment assign(String name) {
        return node.current()
                .add(AddRequest.forEndpoint(TestNode.endpoint(name)).build());
    }

    private Ledger open(Path directory) {
        return Ledger.open(
                RecordStore.open(Disk.OF_THE_MACHINE, directory, Durability.PROCESS, Clock.systemUTC()),
                BootId.read(Disk.OF_THE_MACHINE));
    }

    /** Which endpoint holds which ENI, as the next manager is told. */
    private static Map<String, Endpoint> holders(Ledger ledger) {
        Map<String, Endpoint> holders = new HashMap<>();
        ledger.all()
                .forEach(assignment -> assertThat(holders.put(assignment.eni().id(), assignment.endpoint()))
                        .isNull());
        ledger.unreadable()
                .forEach(held -> assertThat(holders.put(held.eniId().orElseThrow(), held.placeholder()))
                        .isNull());
        return holders;
    }

    @Test
    void p1_whateverDamageTheEniOfARecordStaysHeldAlsoAtTheStartAfter() throws IOException {
        node.startWarm(ENIS);
        Assignment web = assign("web");
        Assignment db = node.add("db");
        node.close();
        Path damaged = records(assignments()).stream()
                .filter(file ->
                        file.getFileName().toString().startsWith(web.eni().id()))
                .findAny()
                .orElseThrow();
        byte[] sound = Files.readAllBytes(damaged);
        List<UnaryOperator<byte[]>> damages = damages(sound);
        // RecordFormat finds each damage, see its test: here some of each kind, all over the file.
        for (int i = 0; i < damages.size(); i += 31) {
            Files.write(damaged, damages.get(i).apply(sound.clone()));
            for (int start = 0; start < 2; start++) {
                try (Ledger ledger = open(assignments())) {
                    assertThat(holders(ledger))
                            .containsOnlyKeys(web.eni().id(), db.eni().id())
                            .containsEntry(db.eni().id(), db.endpoint());
                    assertThat(ledger.unreadable(web.endpoint())).isPresent();
                    assertThatThrownBy(() -> ledger.requireReadable(web.endpoint()))
                            .isInstanceOf(LedgerException.class);
                    ledger.requireReadable(TestNode.endpoint("other"));
                }
            }
        }
    }

    /** The whole way: a manager over each kind of damage to each record of the node. */
    @Test
    void p1_afterDamageToAnyRecordNoEniGetsASecondEndpoint() throws IOException {
        node.startWarm(ENIS);
        Map<String, Endpoint> before = new HashMap<>();
        before.put(assign("web").eni().id(), TestNode.endpoint("web"));
        before.put(node.add("db").eni().id(), TestNode.endpoint("db"));
        node.close();
        for (Path record : records(node.directory())) {
            if (!Files.exists(record)) {
                continue;
            }
            byte[] sound = Files.readAllBytes(record);
            List<UnaryOperator<byte[]>> damages = damages(sound);
            for (int i = 0; i < damages.size(); i += damages.size() / 3) {
                Files.write(record, damages.get(i).apply(sound.clone()));
                EniManager manager = node.start();
                node.awaitFree(manager, 1);
                String given = assign("next").eni().id();
                assertThat(before).as("%s damaged in way %d", record, i).doesNotContainKey(given);
                assertThatThrownBy(() -> assign("more")).isInstanceOf(NoEniAvailableException.class);
                node.current().del(TestNode.endpoint("next"));
                node.close();
                Files.write(record, sound);
            }
        }
    }

    private EniManager startWithUnreadable(Endpoint endpoint) throws IOException {
        node.close();
        Path record = records(assignments()).stream()
                .filter(file -> file.toString().contains(Ledger.nameOf(endpoint)))
                .findAny()
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(record);
        bytes[bytes.length / 2] ^= 1;
        Files.write(record, bytes);
        return node.start();
    }

    @Test
    void p1_anAddOfTheEndpointIsRefusedUntilItsDelWhichFreesTheEni() throws IOException {
        node.startWarm(ENIS);
        Assignment web = assign("web");
        EniManager manager = startWithUnreadable(web.endpoint());
        node.awaitFree(manager, ENIS - 1);
        assertThat(manager.health().status()).isEqualTo(Status.DEGRADED);
        assertThat(manager.health().reasons())
                .anyMatch(reason -> reason.contains(web.eni().id() + " is held back"));
        assertThatThrownBy(() -> assign("web"))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("enim:unreadable");
        manager.del(web.endpoint());
        manager.del(web.endpoint());
        node.awaitFree(manager, ENIS);
        assertThat(manager.health().reasons()).isEmpty();
        assertThat(assign("web").endpoint()).isEqualTo(web.endpoint());
    }

    @Test
    void p1_anOperatorFreesItByTheNameInHealth() throws IOException {
        node.startWarm(ENIS);
        Assignment web = assign("web");
        EniManager manager = startWithUnreadable(web.endpoint());
        node.awaitFree(manager, ENIS - 1);
        assertThat(manager.gc().findings())
                .anyMatch(finding -> finding.subject().contains("enim:unreadable"));
        manager.del("enim:unreadable", Ledger.nameOf(web.endpoint()));
        node.awaitFree(manager, ENIS);
        assertThat(node.enis(EniState.IN_USE)).isEmpty();
    }

    @Test
    void p2_theDeviceOfAnUnreadableRecordReturnsFromItsSandboxBeforeItsEniIsFree() throws IOException {
        node.startWarm(ENIS);
        Assignment web = node.add("web");
        EniManager manager = startWithUnreadable(web.endpoint());
        node.awaitFree(manager, ENIS - 1);
        manager.del(web.endpoint());
        node.awaitFree(manager, ENIS);
        assertThat(node.devices().hostDevices(Duration.ofSeconds(5))).hasSize(ENIS);
    }

    /** One is by its endpoint's name, one by its placeholder's, one by garbage collection, which saw its sandbox end. */
    @ParameterizedTest
    @EnumSource(names = {"DEL_RECORD_INTENT", "DEL_RETURN_TO_HOST"})
    void p1_itsEniIsReleasedOnceThoughSeveralReleaseIt(Step step) throws IOException {
        HangAtStep hang = new HangAtStep(step);
        AtomicInteger releases = new AtomicInteger();
        node.failPoint((passed, side) -> {
            if (passed == Step.DEL_RELEASE && side == Side.BEFORE) {
                releases.incrementAndGet();
            }
            hang.at(passed, side);
        });
        node.startWarm(ENIS);
        Assignment web = node.add("web");
        EniManager manager = startWithUnreadable(web.endpoint());
        node.awaitFree(manager, ENIS - 1);
        manager.gc();
        node.devices().killSandbox(web.sandbox().orElseThrow().path());
        CompletableFuture<Void> del = manager.delAsync(web.endpoint());
        await().until(hang::isEntered);
        manager.gc();
        CompletableFuture<Void> operators =
                manager.delAsync(Endpoint.of("enim:unreadable", Ledger.nameOf(web.endpoint())));
        hang.letGo.countDown();
        CompletableFuture.allOf(del, operators).join();
        node.awaitFree(manager, ENIS);
        assertThat(releases).hasValue(1);
    }

    @Test
    void p2_onceItsSandboxWasSeenToEndTheEniIsFreeWithoutADel() throws IOException {
        node.startWarm(ENIS);
        Assignment web = node.add("web");
        Assignment db = assign("db");
        EniManager manager = startWithUnreadable(web.endpoint());
        node.awaitFree(manager, ENIS - 2);
        manager = startWithUnreadable(db.endpoint());
        node.awaitFree(manager, ENIS - 2);
        manager.gc();
        manager.gc();
        assertThat(node.enis(EniState.QUARANTINED)).hasSize(2);
        node.devices().killSandbox(web.sandbox().orElseThrow().path());
        manager.gc(GcRequest.full().dryRun());
        node.awaitFree(manager, ENIS - 1);
        manager.gc();
        assertThat(node.enis(EniState.QUARANTINED))
                .as("the one whose device was on the host all the time")
                .singleElement()
                .returns(db.eni().id(), Eni::id);
    }

    @Test
    void p1_aRecordOfTheReleaseBeforeIsReadAndKeepsItsName() throws IOException {
        node.startWarm(ENIS);
        Assignment web = node.add("web");
        node.close();
        Path record = records(assignments()).get(0);
        Path former = record.resolveSibling(Ledger.nameOf(web.endpoint()) + ".rec");
        Files.move(record, former);
        EniManager manager = node.start();
        assertThat(manager.assignments()).containsExactly(web);
        manager.del(web.endpoint());
        assertThat(records(assignments())).isEmpty();
    }

    @Test
    void p1_whileTheEniOfAnUnreadableRecordIsUnknownNoAddGetsOne() throws IOException {
        node.startWarm(ENIS);
        Assignment web = assign("web");
        node.close();
        Path record = records(assignments()).get(0);
        Files.writeString(record.resolveSibling(Ledger.nameOf(web.endpoint()) + ".rec"), "");
        Files.delete(record);
        EniManager manager = node.startWarm(ENIS);
        assertThatThrownBy(() -> assign("other")).isInstanceOf(LedgerException.class);
        manager.del(web.endpoint());
        assertThat(assign("other").endpoint()).isEqualTo(TestNode.endpoint("other"));
    }
}
