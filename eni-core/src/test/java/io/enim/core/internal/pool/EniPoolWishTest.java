package io.enim.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.EniWish;
import io.enim.InvalidRequestException;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.core.internal.pool.throttle.CloudCall;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Endpoints that wish one certain ENI. */
final class EniPoolWishTest extends PoolFixture {
    private static final EniWish REQUIRED = EniWish.required();

    private static NoEniAvailableException refused(EniPool pool, Endpoint endpoint, String id) {
        return catchThrowableOfType(
                NoEniAvailableException.class, () -> pool.allocateEni(endpoint, REQUIRED.withEni(id)));
    }

    private static String require(EniPool pool, int endpoint, EniWish wish) {
        return pool.allocateEni(endpoint(endpoint), wish).id();
    }

    @Test
    void p1_aFreeEniIsAssignedByItsIdMacOrAddress() {
        with(EniSetting.POOL_WARM, 4);
        EniPool pool = startWarm();
        List<Eni> free = pool.list();
        assertThat(require(pool, 1, REQUIRED.withEni(free.get(3).id())))
                .isEqualTo(free.get(3).id());
        assertThat(require(pool, 2, REQUIRED.withMac(free.get(2).mac())))
                .isEqualTo(free.get(2).id());
        EniWish address =
                EniWish.preferred().withAddress(free.get(1).ipv4().orElseThrow().address());
        assertThat(require(pool, 3, address)).isEqualTo(free.get(1).id());
        assertThat(ids(pool, EniState.READY)).containsExactly(free.get(0).id());
    }

    @Test
    void p1_oneThatIsHeldIsRefusedWithItsHolderAndNoOtherIsTaken() {
        EniPool pool = startWarm();
        String id = pool.allocateNextEni(endpoint(1)).id();
        NoEniAvailableException refused = refused(pool, endpoint(2), id);
        assertThat(refused.holder()).contains(endpoint(1));
        assertThat(refused).hasMessageContaining(id + " is held by default/pod-1/c1/eth0");
        assertThat(count(pool, EniState.IN_USE)).isEqualTo(1);
        assertThat(require(pool, 2, EniWish.preferred().withEni(id))).isNotEqualTo(id);
    }

    @Test
    void p3_anEndpointKeepsTheEniThatItHolds() {
        EniPool pool = startWarm();
        String id = pool.allocateNextEni(endpoint(1)).id();
        String free = ids(pool, EniState.READY).get(0);
        assertThat(require(pool, 1, REQUIRED.withEni(free))).isEqualTo(id);
        assertThat(require(pool, 1, EniWish.preferred().withEni(free))).isEqualTo(id);
        assertThat(require(pool, 1, REQUIRED.withEni("eni-of-none"))).isEqualTo(id);
        assertThat(ids(pool, EniState.READY)).contains(free);
    }

    @Test
    void oneThatCoolsDownIsRefusedUntilWhen() {
        EniPool pool = startWarm();
        String id = pool.allocateNextEni(endpoint(1)).id();
        pool.deallocateEni(endpoint(1));
        passSeconds(10);
        NoEniAvailableException refused = refused(pool, endpoint(2), id);
        assertThat(refused.holder()).isEmpty();
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(20));
        assertThat(refused)
                .hasMessageContaining(
                        id + " cools down until " + clock.instant().plusSeconds(20));
        passSeconds(21);
        assertThat(require(pool, 2, REQUIRED.withEni(id))).isEqualTo(id);
    }

    /** As after a DEL and an ADD of one container, and of the next life of a pod. */
    @Test
    void p1_anEndpointOfTheSameNameTakesItsEniBackFromTheCooldown() {
        EniPool pool = startWarm();
        String id = pool.allocateNextEni(endpoint(1)).id();
        pool.startCooldown(endpoint(1));
        pool.deallocateEni(endpoint(1));
        Endpoint next = Endpoint.of("default", "pod-1", "next");
        assertThat(pool.allocateEni(next, REQUIRED.withEni(id)).id()).isEqualTo(id);
        passSeconds(60);
        assertThat(ids(pool, EniState.IN_USE))
                .as("its cooldown ended meanwhile")
                .containsExactly(id);
        pool.deallocateEni(next);
        assertThat(refused(pool, endpoint(2), id).retryAfter())
                .as("a new cooldown")
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void oneThatIsNotReadyOrInQuarantineIsRefusedWithTheReason() {
        EniPool pool = startWarm();
        Eni eni = pool.allocateNextEni(endpoint(1));
        cannotBeCleaned.add(eni.mac());
        pool.takeBack(endpoint(1), Optional.of("its device is dirty"));
        assertThat(refused(pool, endpoint(2), eni.id())).hasMessageContaining(eni.id() + " is quarantined");
        passSeconds(1);
        assertThat(refused(pool, endpoint(2), eni.id()))
                .hasMessageContaining(eni.id() + " is quarantined: its device is dirty");
    }

    @Test
    void oneThatTheNodeDoesNotHaveIsRefusedForGoodAndNoneIsCreatedForIt() {
        EniPool pool = startWarm();
        long created = cloud.count(CloudCall.CREATE);
        assertThatThrownBy(() -> pool.allocateEni(endpoint(1), REQUIRED.withEni("eni-of-none")))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.field()).isEqualTo("wish"))
                .hasMessageContaining("'eni-of-none': no ENI of this node fits");
        passSeconds(10);
        assertThat(cloud.count(CloudCall.CREATE)).isEqualTo(created);
    }

    @Test
    void beforeTheFirstDescriptionNothingIsCalledUnknown() {
        cloud.failAlways(
                CloudCall.DESCRIBE, new RetryableProviderException(Refusal.UNAVAILABLE, "", "the cloud is away"));
        EniPool pool = start();
        assertThatThrownBy(() -> pool.allocateEni(endpoint(1), REQUIRED.withEni("eni-1")))
                .isInstanceOf(NoEniAvailableException.class)
                .hasMessageContaining("no ENIs are served yet");
    }

    @Test
    void whatTheLedgerAssignsAndTheCloudDoesNotListIsNotReplaced() {
        EniPool pool = startWarm();
        held.put(endpoint(1), "eni-of-before");
        EniPool next = restart(pool);
        passSeconds(5);
        assertThatThrownBy(() -> next.allocateEni(
                        endpoint(1), REQUIRED.withEni(ids(next, EniState.READY).get(0))))
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining("eni-of-before");
    }

    @Test
    void aPreferenceThatFindsNoneFreeIsUnmetDemand() {
        with(EniSetting.POOL_WARM, 0);
        EniPool pool = startWarm();
        assertThatThrownBy(
                        () -> pool.allocateEni(endpoint(1), EniWish.preferred().withEni("eni-1")))
                .isInstanceOf(NoEniAvailableException.class);
        passSeconds(10);
        assertThat(pool.allocateNextEni(endpoint(1)).holder()).contains(endpoint(1));
    }
}
