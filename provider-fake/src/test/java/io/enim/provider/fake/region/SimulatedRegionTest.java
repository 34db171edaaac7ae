package io.enim.provider.fake.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.enim.Cidr;
import io.enim.provider.fake.region.CloudRefusal.Reason;
import io.enim.provider.fake.region.SimulatedEni.State;
import io.enim.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SimulatedRegionTest {
    private static final Map<String, String> TAGS = Map.of("owner", "test");
    private static final Subnet DUAL = Subnet.of("dual", "a", "10.0.0.0/28", "2001:db8::/64");

    private final ManualClock clock = new ManualClock();
    private final SimulatedRegion model = new SimulatedRegion(clock)
            .addSubnet(DUAL)
            .addSubnet(Subnet.of("four", "a", "10.0.1.0/28", ""))
            .addSubnet(Subnet.of("six", "a", "", "2001:db8:1::/64"))
            .addInstance(new Instance("i-1", "a", 2))
            .addInstance(new Instance("i-2", "a", 2));

    private static void refused(Reason reason, ThrowingCallable call) {
        assertThatExceptionOfType(CloudRefusal.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }

    private SimulatedEni create(String token) {
        return model.create(token, "dual", TAGS);
    }

    private State stateOf(SimulatedEni eni) {
        return model.find(eni.id()).orElseThrow().state();
    }

    private List<SimulatedEni> seen() {
        return model.describe(eni -> true, Optional.empty(), 100).enis();
    }

    @Test
    void aSubnetsFamiliesAreItsEnisFamilies() {
        SimulatedEni dual = create("t1");
        SimulatedEni four = model.create("t2", "four", TAGS);
        SimulatedEni six = model.create("t3", "six", TAGS);

        assertThat(dual.ipv4().orElseThrow().subnet()).isEqualTo(Cidr.parse("10.0.0.0/28"));
        assertThat(dual.ipv6().orElseThrow().gateway()).isEqualTo(Cidr.parseAddress("2001:db8::1"));
        assertThat(four.ipv6()).isEmpty();
        assertThat(six.ipv4()).isEmpty();
    }

    @Test
    void theSameTokenIsTheSameEni() {
        assertThat(create("t1")).isEqualTo(create("t1"));
        assertThat(seen()).hasSize(1);
    }

    @Test
    void aTokenWithOtherParametersIsRefused() {
        create("t1");

        refused(Reason.TOKEN_MISMATCH, () -> model.create("t1", "four", TAGS));
        refused(Reason.TOKEN_MISMATCH, () -> model.create("t1", "dual", Map.of()));
        assertThat(model.enis()).hasSize(1);
    }

    @Test
    void aFullSubnetIsRefusedUntilAnAddressComesBack() {
        // Offsets 4 to 14 of 16: the first four and the broadcast address are not handed out.
        List<SimulatedEni> made =
                IntStream.range(0, 11).mapToObj(i -> create("t" + i)).toList();
        refused(Reason.SUBNET_FULL, () -> create("one-more"));

        model.delete(made.get(3).id());

        assertThat(create("again").ipv4()).isEqualTo(made.get(3).ipv4());
    }

    @Test
    void theAccountsQuotaCountsWhatIsNotAttached() {
        model.quota(2);
        create("t1");
        create("t2");

        refused(Reason.ENI_LIMIT, () -> create("t3"));
        assertThat(create("t2").id()).as("a repetition makes nothing").isNotEmpty();
    }

    @Test
    void attachingTakesItsTime() {
        model.latencies(new Latencies(Duration.ZERO, Duration.ofSeconds(3), Duration.ofSeconds(5)));
        SimulatedEni eni = create("t1");

        model.attach(eni.id(), "i-1", -1);
        assertThat(stateOf(eni)).isEqualTo(State.ATTACHING);
        refused(Reason.WRONG_STATE, () -> model.detach(eni.id()));
        clock.advance(Duration.ofMillis(2999));
        assertThat(stateOf(eni)).isEqualTo(State.ATTACHING);
        clock.advance(Duration.ofMillis(1));
        assertThat(stateOf(eni)).isEqualTo(State.IN_USE);

        model.detach(eni.id());
        assertThat(stateOf(eni)).isEqualTo(State.DETACHING);
        refused(Reason.WRONG_STATE, () -> model.delete(eni.id()));
        clock.advance(Duration.ofSeconds(5));
        assertThat(stateOf(eni)).isEqualTo(State.AVAILABLE);
        model.delete(eni.id());
        assertThat(model.enis()).isEmpty();
    }

    @Test
    void anEniIsInvisibleForAWhile() {
        model.latencies(new Latencies(Duration.ofSeconds(2), Duration.ZERO, Duration.ZERO));
        SimulatedEni eni = create("t1");

        assertThat(seen()).isEmpty();
        refused(Reason.NO_SUCH_ENI, () -> model.attach(eni.id(), "i-1", -1));
        assertThat(create("t1").id()).as("the token is known at once").isEqualTo(eni.id());
        clock.advance(Duration.ofSeconds(2));
        assertThat(seen()).containsExactly(eni);
    }

    @Test
    void aNumberIsUsedOnceAndTheLimitHolds() {
        SimulatedEni first = create("t1");
        SimulatedEni second = create("t2");
        SimulatedEni third = create("t3");

        assertThat(model.attach(first.id(), "i-1", -1).number()).isEqualTo(1);
        refused(Reason.NUMBER_TAKEN, () -> model.attach(second.id(), "i-1", 1));
        refused(Reason.NUMBER_TAKEN, () -> model.attach(second.id(), "i-1", 0));
        assertThat(model.attach(second.id(), "i-1", -1).number()).isEqualTo(2);
        refused(Reason.ENI_LIMIT, () -> model.attach(third.id(), "i-1", -1));
        assertThat(model.attach(third.id(), "i-2", -1).number()).isEqualTo(1);
    }

    @Test
    void whatIsAttachedIsNotDeletedNorAttachedTwice() {
        SimulatedEni eni = create("t1");
        model.attach(eni.id(), "i-1", -1);

        refused(Reason.WRONG_STATE, () -> model.delete(eni.id()));
        refused(Reason.WRONG_STATE, () -> model.attach(eni.id(), "i-2", -1));
        refused(Reason.WRONG_STATE, () -> model.detach(eni.id(), "i-2"));
        assertThat(stateOf(eni)).isEqualTo(State.IN_USE);
    }

    @Test
    void anEndingInstanceTakesAlongWhatWasSetTo() {
        SimulatedEni goes = create("t1");
        SimulatedEni stays = create("t2");
        model.attach(goes.id(), "i-1", -1);
        model.attach(stays.id(), "i-1", -1);
        model.deleteOnTermination(goes.id(), true);

        model.terminate("i-1");

        assertThat(model.enis()).extracting(SimulatedEni::id).containsExactly(stays.id());
        assertThat(stateOf(stays)).isEqualTo(State.AVAILABLE);
        refused(Reason.NO_SUCH_INSTANCE, () -> model.attach(stays.id(), "i-1", -1));
        refused(Reason.NO_SUCH_INSTANCE, () -> model.instance("i-1"));
    }

    @Test
    void pagesTogetherAreAll() {
        IntStream.range(0, 7).forEach(i -> create("t" + i));

        List<String> ids = new ArrayList<>();
        Optional<String> pageToken = Optional.empty();
        do {
            SimulatedRegion.Page page = model.describe(eni -> true, pageToken, 3);
            assertThat(page.enis()).hasSizeLessThanOrEqualTo(3);
            page.enis().forEach(eni -> ids.add(eni.id()));
            pageToken = page.next();
        } while (pageToken.isPresent());

        assertThat(ids)
                .isEqualTo(model.enis().stream().map(SimulatedEni::id).toList())
                .hasSize(7);
        assertThat(model.calls()).containsEntry(ApiCall.DESCRIBE, 3);
    }

    @Test
    void tooManyCallsAreThrottledAndCounted() {
        model.limitRate(2, 1);
        create("t1");

        refused(Reason.THROTTLED, () -> create("t2"));
        clock.advance(Duration.ofMillis(500));
        create("t3");

        assertThat(model.calls()).containsEntry(ApiCall.CREATE, 3);
        assertThat(model.enis()).hasSize(2);
    }

    @Test
    void aLostAnswerTookEffectAndAFailureDidNot() {
        model.faults().next(ApiCall.CREATE, Faults.Kind.FAIL, Faults.Kind.THROTTLE, Faults.Kind.LOSE_ANSWER);

        refused(Reason.UNAVAILABLE, () -> create("t1"));
        refused(Reason.THROTTLED, () -> create("t1"));
        assertThat(model.enis()).isEmpty();
        refused(Reason.ANSWER_LOST, () -> create("t1"));
        assertThat(model.enis()).hasSize(1);
        assertThat(create("t1")).isEqualTo(model.enis().get(0));
    }

    @Test
    void aHangingCallBlocksNoOtherCallAndContinuesWhenReleased() throws InterruptedException {
        model.faults().next(ApiCall.CREATE, Faults.Kind.HANG);
        Thread hanging = new Thread(() -> create("t1"));
        hanging.start();
        Awaitility.await().until(() -> model.faults().hanging() == 1);

        create("t2");
        assertThat(model.enis()).hasSize(1);
        model.faults().release();
        hanging.join();

        assertThat(model.enis()).hasSize(2);
        assertThat(model.faults().hanging()).isZero();
    }

    @Test
    void theSameSeedGivesTheSameFaults() {
        assertThat(outcomes(7)).isEqualTo(outcomes(7)).isNotEqualTo(outcomes(8)).contains("ok", "ANSWER_LOST");
    }

    private static List<String> outcomes(long seed) {
        SimulatedRegion model =
                new SimulatedRegion(new ManualClock()).addSubnet(Subnet.of("dual", "a", "10.0.0.0/20", ""));
        model.faults().random(seed, 0.2, 0.2, 0.2);
        List<String> outcomes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            try {
                model.create("t" + i, "dual", TAGS);
                outcomes.add("ok");
            } catch (CloudRefusal e) {
                outcomes.add(e.reason().name());
            }
        }
        return outcomes;
    }

    @Test
    void plugsHearOfWhatIsAttachedOnceItIs() {
        List<String> heard = new ArrayList<>();
        model.latencies(new Latencies(Duration.ZERO, Duration.ofSeconds(1), Duration.ZERO))
                .plug("i-1", new SimulatedRegion.DevicePlug() {
                    @Override
                    public void attached(SimulatedEni eni) {
                        heard.add("+" + eni.id() + "@"
                                + eni.attachment().orElseThrow().instanceId());
                    }

                    @Override
                    public void detached(SimulatedEni eni) {
                        heard.add("-" + eni.id() + "@"
                                + eni.attachment().orElseThrow().instanceId());
                    }
                });
        SimulatedEni eni = create("t1");

        model.attach(eni.id(), "i-1", -1);
        assertThat(heard).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        seen();
        model.detach(eni.id());

        assertThat(heard).containsExactly("+" + eni.id() + "@i-1", "-" + eni.id() + "@i-1");
    }

    @Test
    void whatIsRestoredIsAsItWasAndNumbersAreNotUsedAgain() {
        SimulatedEni kept = create("t1");
        SimulatedEni last = create("t2");
        model.delete(last.id());
        SimulatedRegion next = new SimulatedRegion(clock).addSubnet(DUAL);

        next.restore(kept);
        next.resumeNumberingAfter(SimulatedRegion.serial(last.mac()));

        assertThat(next.enis()).containsExactly(kept);
        assertThat(next.create("t1", "dual", TAGS)).isEqualTo(kept);
        SimulatedEni made = next.create("t3", "dual", TAGS);
        assertThat(made.id()).isNotIn(kept.id(), last.id());
        assertThat(made.ipv4()).isNotEqualTo(kept.ipv4());
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> next.restore(kept));
    }
}
