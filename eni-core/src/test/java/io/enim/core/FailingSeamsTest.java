package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.Assignment;
import io.enim.DeadlineExceededException;
import io.enim.DeviceException;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.FatalProviderException;
import io.enim.GcReport;
import io.enim.GcRequest;
import io.enim.Health;
import io.enim.LedgerException;
import io.enim.core.chaos.Chaos;
import io.enim.core.chaos.Fault.Kind;
import io.enim.core.chaos.Fault.Place;
import io.enim.core.chaos.MachinePace;
import io.enim.core.chaos.Seams;
import io.enim.core.chaos.Strike;
import io.enim.core.internal.records.Disk;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What chaos found, one call at a time. */
final class FailingSeamsTest {
    private final Chaos chaos = new Chaos(new MachinePace(1));

    @RegisterExtension
    private final TestNode node = new TestNode(1);

    @BeforeEach
    void aroundTheNode() {
        node.aroundDevices(devices -> Seams.around(chaos, Place.DEVICES, devices))
                .aroundProvider(provider -> Seams.around(chaos, Place.PROVIDER, provider))
                .building(builder -> BuilderSeams.disk(builder, Seams.around(chaos, Place.DISK, Disk.OF_THE_MACHINE)));
    }

    @AfterEach
    void heal() {
        chaos.heal();
    }

    private void next(Kind kind, Place place, String operation) {
        chaos.next(new Strike(kind, place, operation));
    }

    private Assignment restartAndFindOnly() {
        node.close();
        return assertThat(node.start().assignments()).singleElement().actual();
    }

    /** Where health says UNAVAILABLE, no pod comes, and so no write that would end it. */
    @Test
    void p20_aDiskThatWorksAgainIsSeenThoughNoOperationFollows() {
        EniManager manager = node.startWarm(1);
        manager.del(node.add("a").endpoint());
        node.awaitFree(manager, 1);
        next(Kind.REFUSED, Place.DISK, "rename");
        assertThatThrownBy(() -> node.add("b")).hasMessageContaining("assignments");
        node.awaitFree(manager, 1);
        assertThat(manager.health().status()).isEqualTo(Health.Status.UNAVAILABLE);
        manager.gc();
        assertThat(manager.health().reasons()).isEmpty();
        assertThat(manager.health().status()).isEqualTo(Health.Status.HEALTHY);
    }

    @Test
    void p1_aRecordOfAFailedAddThatWasWrittenAllTheSameIsRemovedBeforeItsEniIsFree() {
        EniManager manager = node.startWarm(1);
        next(Kind.LOST, Place.DISK, "rename");
        assertThatThrownBy(() -> node.add("a")).isInstanceOf(LedgerException.class);
        node.awaitFree(manager, 1);
        Assignment b = node.add("b");
        assertThat(restartAndFindOnly()).isEqualTo(b);
    }

    @Test
    void p16_theRecordOfAFailedDelThatWasWrittenAllTheSameIsReplacedByTheNextAdd() {
        EniManager manager = node.startWarm(1);
        Assignment a = node.add("a");
        next(Kind.LOST, Place.DISK, "rename");
        assertThatThrownBy(() -> manager.del(a.endpoint())).isInstanceOf(LedgerException.class);
        assertThat(manager.add(TestNode.request("a", a.sandbox().orElseThrow().path())))
                .isEqualTo(a);
        assertThat(restartAndFindOnly()).isEqualTo(a);
    }

    @Test
    void p1_p16_aRecordOfAFailedTakeThatWasWrittenAllTheSameHandsNothingOut() {
        EniManager manager = node.set(EniSetting.SANDBOXES_READY, "1").start();
        await().until(() -> manager.sandboxes().ready() == 1);
        next(Kind.LOST, Place.DISK, "rename");
        assertThatThrownBy(() -> manager.sandboxes().take("a")).isInstanceOf(LedgerException.class);
        assertThat(manager.sandboxes().taken()).isEmpty();
        assertThat(restartAndFindOnly().labels()).isEmpty();
    }

    @Test
    void p15_aProviderThatAnswersNullIsNamedAndItsEniIsFreeAgain() {
        EniManager manager = node.startWarm(1);
        next(Kind.MALFORMED, Place.PROVIDER, "allocateNextEni");
        assertThatThrownBy(() -> node.add("a"))
                .isInstanceOf(FatalProviderException.class)
                .hasMessageContaining("allocateNextEni: the provider broke its contract with an answer of null");
        await().until(() -> {
            manager.gc();
            return TestNode.count(manager, EniState.READY) == 1;
        });
    }

    @Test
    void p15_anUndeclaredErrorOfTheDeviceLayerIsADeviceError() {
        EniManager manager = node.startWarm(1);
        next(Kind.CHECKED, Place.DEVICES, "moveIn");
        assertThatThrownBy(() -> node.add("a"))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("the device layer broke its contract with");
        node.awaitFree(manager, 1);
    }

    @Test
    void p8_closeAnswersTheCallerOfARoundThatHangs() {
        EniManager manager = node.set(EniSetting.CLOSE_TIMEOUT, "200ms").startWarm(1);
        chaos.begins(new Strike(Kind.DEAF, Place.DEVICES, "hostDevices"));
        CompletableFuture<GcReport> round = manager.gcAsync(GcRequest.full());
        await().until(() -> manager.heartbeats().stream()
                .anyMatch(beat -> beat.activity().equals("runs a round that a caller asked for")));
        manager.close();
        assertThat(round).isCompletedExceptionally();
    }

    @Test
    void p15_aRoundOfGarbageCollectionThatHangsIsInHealth() {
        EniManager manager = node.set(EniSetting.GC_TIMEOUT, "200ms").startWarm(1);
        chaos.begins(new Strike(Kind.DEAF, Place.DEVICES, "hostDevices"));
        assertThatThrownBy(manager::gc).isInstanceOf(DeadlineExceededException.class);
        await().until(() -> manager.health().reasons().stream()
                .anyMatch(reason -> reason.startsWith("garbage collection: runs a round")));
        chaos.heal();
        await().until(() -> manager.health().status() == Health.Status.HEALTHY);
    }
}
