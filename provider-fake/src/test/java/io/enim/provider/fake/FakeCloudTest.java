package io.enim.provider.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.OwnerTag;
import io.enim.provider.fake.region.ApiCall;
import io.enim.provider.fake.region.Faults.Kind;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.Latencies;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import io.enim.testing.ManualClock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The rules CLD-xx of {@link io.enim.provider.EniCloud}, where the kit cannot see what this test sees in the region. */
class FakeCloudTest {
    private static final OwnerTag OWNER_TAG = new OwnerTag("test", "n1");
    private static final AttachRequest ATTACH = new AttachRequest("attach");

    private final ManualClock clock = new ManualClock();
    private final Instance here = new Instance("i-1", "a", 2);
    private final Instance there = new Instance("i-2", "a", 2);
    private final SimulatedRegion model = new SimulatedRegion(clock)
            .addSubnet(Subnet.of("one", "a", "10.0.0.0/24", ""))
            .addInstance(here)
            .addInstance(there);
    private final FakeCloud cloud = new FakeCloud(model, OWNER_TAG, here);
    private final FakeCloud other = new FakeCloud(model, new OwnerTag("test", "n2"), there);

    private CloudEni create(String token) {
        return cloud.create(new CreateRequest(token, OWNER_TAG));
    }

    private Status statusOf(CloudEni eni) {
        assertThat(cloud.describe()).extracting(CloudEni::id).containsExactly(eni.id());
        return cloud.describe().get(0).status();
    }

    private static void refused(Class<? extends ProviderException> type, Refusal refusal, ThrowingCallable call) {
        assertThatExceptionOfType(type)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(refusal));
    }

    @Test
    void cld01_describeIsAllPagesOrAnError() {
        IntStream.range(0, 120).forEach(i -> create("t" + i));

        assertThat(cloud.describe()).hasSize(120);
        model.faults().next(ApiCall.DESCRIBE, Kind.NONE, Kind.FAIL);
        refused(RetryableProviderException.class, Refusal.UNAVAILABLE, cloud::describe);
    }

    @Test
    void cld02_describeReturnsWhatIsAttachedHereOrHasTheOwnerTag() {
        CloudEni tagged = create("t1");
        String foreignHere = model.create("x", "one", Map.of()).id();
        model.attach(foreignHere, here.id(), -1);
        model.create("y", "one", Map.of());
        other.create(new CreateRequest("t2", new OwnerTag("test", "n2")));

        assertThat(cloud.describe()).extracting(CloudEni::id).containsExactlyInAnyOrder(tagged.id(), foreignHere);
    }

    @Test
    void cld10_aTokenUsedBeforeAnswersItsEniAlsoWhenAnotherSubnetIsEmptierNow() {
        CloudEni first = create("t1");
        model.addSubnet(Subnet.of("two", "a", "10.1.0.0/16", ""));

        assertThat(create("t1").id()).isEqualTo(first.id());
        assertThat(create("t2").subnetId()).isEqualTo("two");
        assertThat(model.enis()).hasSize(2);
    }

    @Test
    void cld40_aFullSubnetIsPassedOverAndAllOfThemFullIsRetryable() {
        model.addSubnet(Subnet.of("tiny", "a", "10.2.0.0/29", ""));
        IntStream.range(0, 251 + 3).forEach(i -> create("t" + i));

        refused(RetryableProviderException.class, Refusal.SUBNET_FULL, () -> create("more"));
    }

    @Test
    void cld11_theOwnerTagIsSetAtCreation() {
        model.faults().next(ApiCall.CREATE, Kind.LOSE_ANSWER);
        refused(AmbiguousProviderException.class, Refusal.UNAVAILABLE, () -> create("t1"));

        assertThat(cloud.describe()).extracting(CloudEni::ownerTag).containsExactly(Optional.of(OWNER_TAG));
    }

    @Test
    void cld20_attachAgainIsSuccess() {
        model.latencies(new Latencies(Duration.ZERO, Duration.ofSeconds(1), Duration.ZERO));
        CloudEni eni = create("t1");

        cloud.attach(eni.id(), ATTACH);
        cloud.attach(eni.id(), ATTACH);
        assertThat(statusOf(eni)).isEqualTo(Status.ATTACHING);
        clock.advance(Duration.ofSeconds(1));
        cloud.attach(eni.id(), ATTACH);

        assertThat(statusOf(eni)).isEqualTo(Status.ATTACHED);
        refused(RetryableProviderException.class, Refusal.WRONG_STATE, () -> other.attach(eni.id(), ATTACH));
    }

    @Test
    void cld30_detachOfWhatIsNotAttachedIsSuccess() {
        CloudEni eni = create("t1");
        cloud.detach(eni.id());
        cloud.detach("eni-unknown");
        cloud.attach(eni.id(), ATTACH);
        cloud.detach(eni.id());
        cloud.detach(eni.id());

        assertThat(statusOf(eni)).isEqualTo(Status.AVAILABLE);
    }

    @Test
    void detachNeverTakesAnEniFromAnotherNode() {
        CloudEni eni = create("t1");
        other.attach(eni.id(), ATTACH);

        cloud.detach(eni.id());

        assertThat(statusOf(eni)).isEqualTo(Status.ATTACHED);
    }

    @Test
    void cld32_deleteNeverDetaches() {
        CloudEni eni = create("t1");
        cloud.attach(eni.id(), ATTACH);

        refused(RetryableProviderException.class, Refusal.WRONG_STATE, () -> cloud.delete(eni.id()));
        assertThat(statusOf(eni)).isEqualTo(Status.ATTACHED);
    }

    @Test
    void cld40_errorsAreOfTheirClass() {
        model.faults().next(ApiCall.CREATE, Kind.THROTTLE, Kind.FORBID, Kind.LOSE_ANSWER);
        model.faults().next(ApiCall.DESCRIBE, Kind.LOSE_ANSWER);

        refused(RetryableProviderException.class, Refusal.THROTTLED, () -> create("t1"));
        refused(FatalProviderException.class, Refusal.NOT_PERMITTED, () -> create("t1"));
        refused(AmbiguousProviderException.class, Refusal.UNAVAILABLE, () -> create("t1"));
        refused(RetryableProviderException.class, Refusal.UNAVAILABLE, cloud::describe);
        model.terminate(here.id());
        refused(FatalProviderException.class, Refusal.INSTANCE_GONE, cloud::limits);
    }

    @Test
    void cld41_anInterruptedCallEndsAndKeepsTheFlag() throws InterruptedException {
        model.faults().next(ApiCall.CREATE, Kind.HANG);
        AtomicBoolean flag = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            refused(RetryableProviderException.class, Refusal.UNAVAILABLE, () -> create("t1"));
            flag.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        Awaitility.await().until(() -> model.faults().hanging() == 1);

        caller.interrupt();
        caller.join();

        assertThat(flag).isTrue();
        assertThat(model.enis()).isEmpty();
    }
}
