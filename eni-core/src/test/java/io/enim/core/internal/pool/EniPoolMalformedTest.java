package io.enim.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.NoEniAvailableException;
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

    @ParameterizedTest
    @CsvSource({
        "8, ' or use an instance that may have more ENIs'",
        "1, ' or use an instance that may have more ENIs, and raise enim.pool.max'"
    })
    void aRefusalSaysWhatWouldGiveTheNodeMoreEnis(int max, String advice) {
        with(EniSetting.POOL_MAX, max);
        cloud.toldLimit = 1;
        EniPool pool = startWarm();
        hold(pool);
        passSeconds(10);
        assertThat(catchThrowableOfType(NoEniAvailableException.class, () -> pool.allocateNextEni(endpoint(2))))
                .hasMessageEndingWith(advice);
    }
}
