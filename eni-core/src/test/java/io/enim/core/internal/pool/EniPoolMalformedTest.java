package io.enim.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers of the cloud with values that cannot be: each costs only the ENI that has them. */
final class EniPoolMalformedTest extends PoolFixture {
    private static final Optional<EniAddress> IPV6 =
            Optional.of(EniAddress.parse("2001:db8::5", "2001:db8::/64", "2001:db8::1"));

    private static final MacAddress NEVER_SEEN = MacAddress.parse("02:00:00:00:ff:ff");

    enum Lie {
        NULL,
        NULL_IN_ITS_PLACE,
        NO_ID,
        IPV6_AS_IPV4,
        IPV4_AS_IPV6,
        TWICE,
        ANOTHERS_MAC,
        NEW_MAC;

        List<CloudEni> tell(List<CloudEni> truth, int of) {
            List<CloudEni> told = new ArrayList<>(truth);
            CloudEni eni = truth.get(of);
            CloudEni other = truth.get((of + 1) % truth.size());
            switch (this) {
                case NULL -> told.add(of, null);
                case NULL_IN_ITS_PLACE -> told.set(of, null);
                case NO_ID -> told.set(of, with(" ", eni, eni.mac(), eni.ipv4(), eni.ipv6()));
                case IPV6_AS_IPV4 -> told.set(of, with(eni.id(), eni, eni.mac(), IPV6, Optional.empty()));
                case IPV4_AS_IPV6 -> told.set(of, with(eni.id(), eni, eni.mac(), Optional.empty(), eni.ipv4()));
                case TWICE -> told.add(with(eni.id(), eni, other.mac(), eni.ipv4(), eni.ipv6()));
                case ANOTHERS_MAC -> told.set(of, with(eni.id(), eni, other.mac(), eni.ipv4(), eni.ipv6()));
                case NEW_MAC -> told.set(of, with(eni.id(), eni, NEVER_SEEN, eni.ipv4(), eni.ipv6()));
            }
            return told;
        }

        private static CloudEni with(
                String id, CloudEni eni, MacAddress mac, Optional<EniAddress> ipv4, Optional<EniAddress> ipv6) {
            return new CloudEni(
                    id,
                    eni.status(),
                    mac,
                    ipv4,
                    ipv6,
                    eni.subnetId(),
                    eni.number(),
                    eni.instanceId(),
                    eni.ownerTag(),
                    eni.created());
        }
    }

    @ParameterizedTest
    @EnumSource
    void p15_aLieCostsOnlyItsOwnEni(Lie lie) {
        EniPool pool = startWarm();
        Eni held = hold(pool);
        passSeconds(10);
        Random random = new Random(lie.ordinal());
        for (int round = 0; round < 20; round++) {
            int of = random.nextInt(cloud.enis.size());
            cloud.lie = truth -> lie.tell(truth, of);
            pass(Duration.ofMinutes(6));
            assertThat(pool.problems()).anyMatch(text -> text.contains("values that cannot be"));
            assertThat(pool.allocateNextEni(endpoint(1)).id()).isEqualTo(held.id());
            assertThat(pool.lossEvidence(endpoint(1))).isEmpty();
            assertThat(count(pool, EniState.IN_USE)).isEqualTo(1);
            assertThat(count(pool, EniState.READY)).isPositive();
        }
        cloud.lie = truth -> truth;
        pass(Duration.ofHours(1));
        assertThat(pool.problems()).isEmpty();
        assertThat(count(pool, EniState.READY)).isEqualTo(2);
        assertThatTheCloudHasNoOther(pool);
    }

    @Test
    void anAddressThatAnEniGotLaterIsTheNextHoldersToo() {
        EniPool pool = startWarm();
        cloud.lie = truth -> truth.stream()
                .map(eni -> Lie.with(eni.id(), eni, eni.mac(), eni.ipv4(), IPV6))
                .toList();
        pass(Duration.ofMinutes(6));
        assertThat(pool.allocateNextEni(endpoint(1)).ipv6()).isEqualTo(IPV6);
    }

    /** It takes a place at the instance, and is of no use: it must be seen, and no substitute for one that serves. */
    @Test
    void p20_anEniWithoutAddressesIsListedAsideWithItsReasonAndIsNoWarmOne() {
        cloud.addAttached("eni-bare", Optional.of(TestCloud.OURS));
        cloud.lie = truth -> truth.stream()
                .map(eni -> eni.id().equals("eni-bare")
                        ? Lie.with(eni.id(), eni, eni.mac(), Optional.empty(), Optional.empty())
                        : eni)
                .toList();
        EniPool pool = startWarm();
        assertThat(pool.list())
                .filteredOn(eni -> eni.id().equals("eni-bare"))
                .singleElement()
                .satisfies(eni -> {
                    assertThat(eni.state()).isEqualTo(EniState.QUARANTINED);
                    assertThat(eni.reason()).contains("the cloud reports no address for it");
                });
        assertThat(pool.problems()).anyMatch(text -> text.contains("eni-bare") && text.contains("no address"));
        assertThat(count(pool, EniState.READY)).as("two warm ones beside it").isEqualTo(2);
        pass(Duration.ofHours(1));
        assertThat(ids(pool, EniState.QUARANTINED)).containsExactly("eni-bare");
        cloud.lie = truth -> truth;
        pass(Duration.ofMinutes(12));
        assertThat(ids(pool, EniState.READY)).contains("eni-bare");
        assertThat(pool.problems()).isEmpty();
    }

    @Test
    void oneEniThatCannotBeDeletedDoesNotKeepTheOthers() {
        with(EniSetting.POOL_WARM, 0).with(EniSetting.POOL_IDLE, Duration.ofMinutes(1));
        for (int i = 0; i < 4; i++) {
            cloud.addAttached("eni-" + (char) ('a' + i), Optional.of(TestCloud.OURS));
        }
        cloud.detachTakesTime = true;
        EniPool pool = start();
        pass(Duration.ofMinutes(3));
        assertThat(cloud.count(CloudCall.DETACH)).isEqualTo(1);
        cloud.detachTakesTime = false;
        pass(Duration.ofHours(2));
        assertThat(cloud.enis.values())
                .singleElement()
                .extracting(CloudEni::status)
                .isEqualTo(Status.DETACHING);
        assertThat(count(pool, EniState.READY)).isZero();
    }

    @Test
    void aRefusalNamesTheCloudsOwnRemedyWhereTheCloudKnowsOne() {
        cloud.toldLimit = 1;
        cloud.howToGetMore = Optional.of("use a larger instance type than small.1");
        EniPool pool = startWarm();
        hold(pool);
        passSeconds(10);
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(2)))
                .hasMessageEndingWith(" or use a larger instance type than small.1")
                .hasMessageNotContaining("enim.pool.max");
        assertThat(pool.outlook().reason()).contains("to serve more, use a larger instance type than small.1");
    }

    /** More than the pool may have helps where the pool has all it may have, and nowhere else. */
    @Test
    void aRefusalBelowTheLimitNamesWhatKeepsTheOthersAway() {
        cloud.failAlways(CloudCall.CREATE, TestCloud.refused(Refusal.SUBNET_FULL));
        EniPool pool = startWarm();
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1)))
                .hasMessageContaining(" or mend this: the cloud answers SUBNET_FULL to create")
                .hasMessageNotContaining("enim.pool.max");
        cloud.heal();
        cloud.hardLimit = 0;
        pass(Duration.ofMinutes(30));
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1)))
                .hasMessageContaining("have the account or the instance allowed more")
                .hasMessageContaining("scripted refusal ENI_LIMIT")
                .hasMessageNotContaining("enim.pool.max");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 100, ' or raise enim.pool.max'",
        "8, 1, ' or use an instance that may have more ENIs'",
        "1, 1, ' or use an instance that may have more ENIs, and raise enim.pool.max'"
    })
    void aRefusalSaysWhatWouldGiveTheNodeMoreEnis(int max, int told, String advice) {
        with(EniSetting.POOL_MAX, max);
        cloud.toldLimit = told;
        EniPool pool = startWarm();
        hold(pool);
        passSeconds(10);
        assertThat(catchThrowableOfType(NoEniAvailableException.class, () -> pool.allocateNextEni(endpoint(2))))
                .hasMessageEndingWith(advice);
    }
}
