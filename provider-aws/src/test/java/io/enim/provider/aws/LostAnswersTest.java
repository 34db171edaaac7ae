package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.AmbiguousProviderException;
import io.enim.ClosedException;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.emulator.ec2.WireFault;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.fake.region.ApiCall;
import io.enim.provider.fake.region.Faults.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What the caller learns when requests or answers do not arrive, and that nothing is sent twice in secret. */
class LostAnswersTest {
    private static final AttachRequest ATTACH = new AttachRequest("attach-1");

    private final Ec2TestFixture lab = Ec2TestFixture.small();

    @AfterEach
    void close() {
        Thread.interrupted();
        lab.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = WireFault.class,
            names = {"LOST_BEFORE", "LOST_AFTER", "PAGE_BEFORE", "PAGE_AFTER", "LOGIN_PAGE", "CUT_SHORT", "EMPTY"})
    void cld40_aLostCreateIsAmbiguousAndItsTokenFindsWhatItMade(WireFault fault) {
        EniCloud cloud = lab.cloud();
        CreateRequest request = lab.request();
        lab.ec2.injectNext("CreateNetworkInterface", fault);
        assertThatThrownBy(() -> cloud.create(request))
                .isInstanceOfSatisfying(
                        AmbiguousProviderException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.UNAVAILABLE));
        assertThat(lab.ec2.requests()).containsOnlyOnce("CreateNetworkInterface");
        CloudEni eni = cloud.create(request);
        assertThat(cloud.describe()).extracting(CloudEni::id).containsExactly(eni.id());
        assertThat(lab.model.enis()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = WireFault.class,
            names = {"LOST_BEFORE", "LOST_AFTER", "CUT_SHORT", "PAGE_AFTER"})
    void cld40_aLostAttachIsSentOnceAndItsRepeatAttachesOnce(WireFault fault) {
        EniCloud cloud = lab.cloud();
        CloudEni eni = cloud.create(lab.request());
        lab.ec2.injectNext("AttachNetworkInterface", fault);
        assertThatThrownBy(() -> cloud.attach(eni.id(), ATTACH)).isInstanceOf(AmbiguousProviderException.class);
        assertThat(lab.ec2.requests()).containsOnlyOnce("AttachNetworkInterface");
        cloud.attach(eni.id(), ATTACH);
        assertThat(cloud.describe()).singleElement().satisfies(each -> {
            assertThat(each.status()).isEqualTo(CloudEni.Status.ATTACHED);
            assertThat(each.number()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = WireFault.class,
            names = {"LOST_BEFORE", "LOST_AFTER", "PAGE_AFTER"})
    void cld40_lostDetachAndDeleteAreAmbiguousAndRepeatable(WireFault fault) {
        EniCloud cloud = lab.cloud();
        CloudEni eni = lab.attached(cloud);
        lab.ec2.injectNext("DetachNetworkInterface", fault);
        assertThatThrownBy(() -> cloud.detach(eni.id())).isInstanceOf(AmbiguousProviderException.class);
        cloud.detach(eni.id());
        lab.ec2.injectNext("DeleteNetworkInterface", fault);
        assertThatThrownBy(() -> cloud.delete(eni.id())).isInstanceOf(AmbiguousProviderException.class);
        cloud.delete(eni.id());
        assertThat(lab.model.enis()).isEmpty();
    }

    @Test
    void cld40_throttlingIsRetryableAndNotRepeatedInside() {
        EniCloud cloud = lab.cloud();
        lab.model.faults().next(ApiCall.DESCRIBE, Kind.THROTTLE);
        assertThatThrownBy(cloud::describe).isInstanceOfSatisfying(RetryableProviderException.class, e -> {
            assertThat(e.refusal()).isEqualTo(Refusal.THROTTLED);
            assertThat(e.code()).isEqualTo("RequestLimitExceeded");
        });
        assertThat(lab.ec2.requests()).containsExactly("DescribeNetworkInterfaces");
    }

    @Test
    void cld40_credentialsThatAreRefusedAreFatalAndNotShown() {
        EniCloud cloud = lab.cloud(Map.of(), Ec2TestFixture.OWNER_TAG, "another-secret");
        assertThatThrownBy(cloud::describe)
                .isInstanceOfSatisfying(
                        FatalProviderException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.NOT_PERMITTED))
                .message()
                .contains("SignatureDoesNotMatch")
                .doesNotContain("another-secret");
        assertThat(lab.ec2.requests()).isEmpty();
    }

    @Test
    void cld40_noCredentialsAreFatalAndNothingIsSent() {
        EniCloud cloud = lab.cloud(Map.of(), Ec2TestFixture.OWNER_TAG, () -> {
            throw SdkClientException.create("Unable to load credentials from any of the providers in the chain");
        });
        assertThatThrownBy(() -> cloud.create(lab.request()))
                .isInstanceOfSatisfying(
                        FatalProviderException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.NOT_PERMITTED))
                .hasMessageContaining("Unable to load credentials");
        assertThat(lab.ec2.requests()).isEmpty();
    }

    @Test
    void cld40_aCloudThatIsNotReachedHasDoneNothing() {
        EniCloud cloud = lab.cloud();
        CreateRequest request = lab.request();
        cloud.limits();
        lab.ec2.close();
        assertThatThrownBy(() -> cloud.create(request))
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining("nothing was sent");
    }

    @Test
    void p8_anAnswerThatNeverComesEndsAtTheTimeoutAndLeavesNoInterrupt() {
        EniCloud cloud = lab.cloud(Map.of("call-timeout", "2s"));
        cloud.limits();
        lab.ec2.injectNext("DescribeNetworkInterfaces", WireFault.SILENT);
        assertThatThrownBy(cloud::describe).isInstanceOf(RetryableProviderException.class);
        lab.ec2.injectNext("CreateNetworkInterface", WireFault.SILENT);
        CreateRequest request = lab.request();
        assertThatThrownBy(() -> cloud.create(request)).isInstanceOf(AmbiguousProviderException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        CloudEni eni = cloud.create(request);
        assertThat(cloud.describe()).extracting(CloudEni::id).containsExactly(eni.id());
    }

    @Test
    void cld41_anInterruptEndsACallThatWaitsAndStaysSet() throws Exception {
        EniCloud cloud = lab.cloud(Map.of("call-timeout", "9m"));
        lab.ec2.injectNext("DescribeNetworkInterfaces", WireFault.SILENT);
        Interrupted describing = new Interrupted(cloud::describe);
        await().until(() -> lab.ec2.requests().contains("DescribeNetworkInterfaces"));
        describing.interrupt();
        assertThat(describing.error()).isInstanceOf(RetryableProviderException.class);
        assertThat(describing.flag()).isTrue();
    }

    @Test
    void cld41_anInterruptedChangeIsAmbiguous() throws Exception {
        EniCloud cloud = lab.cloud(Map.of("call-timeout", "9m"));
        CreateRequest request = lab.request();
        lab.ec2.injectNext("CreateNetworkInterface", WireFault.SILENT);
        Interrupted creating = new Interrupted(() -> cloud.create(request));
        await().until(() -> lab.ec2.requests().contains("CreateNetworkInterface"));
        creating.interrupt();
        assertThat(creating.error()).isInstanceOf(AmbiguousProviderException.class);
        assertThat(creating.flag()).isTrue();
        CloudEni eni = cloud.create(request);
        assertThat(cloud.describe()).extracting(CloudEni::id).containsExactly(eni.id());
    }

    @Test
    void cld42_closeEndsCallsUnderWayAndEveryThreadAndIsIdempotent() throws Exception {
        EniCloud cloud = lab.cloud(Map.of("call-timeout", "9m"));
        lab.ec2.injectNext("DescribeNetworkInterfaces", WireFault.SILENT);
        FutureTask<List<CloudEni>> describing = new FutureTask<>(cloud::describe);
        Thread caller = new Thread(describing, "caller");
        caller.start();
        await().until(() -> lab.ec2.requests().contains("DescribeNetworkInterfaces"));
        cloud.close();
        cloud.close();
        assertThatThrownBy(() -> describing.get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(ProviderException.class);
        caller.join();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("enim-aws") || name.startsWith("sdk-")));
        for (Callable<?> call : List.<Callable<?>>of(
                cloud::node,
                cloud::limits,
                cloud::describe,
                () -> cloud.create(lab.request()),
                () -> {
                    cloud.attach("eni-1", ATTACH);
                    return "";
                },
                () -> {
                    cloud.detach("eni-1");
                    return "";
                },
                () -> {
                    cloud.delete("eni-1");
                    return "";
                })) {
            assertThatThrownBy(call::call).isInstanceOf(ClosedException.class);
        }
    }

    /** A call on a thread of its own, to be interrupted. */
    private static final class Interrupted {
        private final CompletableFuture<Throwable> error = new CompletableFuture<>();
        private final CompletableFuture<Boolean> flag = new CompletableFuture<>();
        private final Thread thread;

        Interrupted(Callable<?> call) {
            thread = new Thread(() -> {
                try {
                    Object answer = call.call();
                    error.completeExceptionally(new AssertionError("answered " + answer));
                } catch (Exception e) {
                    error.complete(e);
                } finally {
                    flag.complete(Thread.currentThread().isInterrupted());
                }
            });
            thread.start();
        }

        void interrupt() {
            thread.interrupt();
        }

        Throwable error() throws Exception {
            return error.get(1, TimeUnit.MINUTES);
        }

        boolean flag() throws Exception {
            return flag.get(1, TimeUnit.MINUTES);
        }
    }
}
