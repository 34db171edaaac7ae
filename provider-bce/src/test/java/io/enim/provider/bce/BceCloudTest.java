package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.emulator.bce.BceEmulator;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.fake.region.ApiCall;
import io.enim.provider.fake.region.Faults.Kind;
import io.enim.provider.fake.region.Latencies;
import io.enim.provider.fake.region.SimulatedEni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each call says on the wire, and what it makes of the answers. */
class BceCloudTest {
    private static final AttachRequest ATTACH = new AttachRequest("attach-1");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final BceTestFixture lab = BceTestFixture.small();

    @AfterEach
    void close() {
        lab.close();
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(ThrowingCallable call, Refusal refusal) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProviderException.class,
                        e -> assertThat(e.refusal()).as(e.getMessage()).isEqualTo(refusal));
    }

    @Test
    void cld11_createSearchesByNameCreatesWithOwnerTagAndTokenAndReadsItBack() {
        CloudEni eni = lab.cloud().create(new CreateRequest("tok-1", BceTestFixture.OWNER_TAG));
        String name = EniNames.name(BceTestFixture.OWNER_TAG, "tok-1");
        assertThat(lab.bce.requests())
                .containsExactly(
                        "GET /v1/eni?maxKeys=1000&name=" + name.replace("/", "%2F") + "&vpcId=" + BceEmulator.VPC,
                        "GET /v1/subnet/sbn-1",
                        "POST /v1/eni?clientToken=tok-1",
                        "GET /v1/eni/" + eni.id());
        SimulatedEni truth = lab.simulatedEni(eni.id());
        assertThat(truth.tags()).containsEntry("name", name);
        assertThat(eni.mac()).isEqualTo(truth.mac());
        assertThat(eni.status()).isEqualTo(Status.AVAILABLE);
        assertThat(eni.ownerTag()).contains(BceTestFixture.OWNER_TAG);
        assertThat(eni.created()).contains(lab.clock.instant());
        assertThat(eni.instanceId()).isEmpty();
        assertThat(eni.ipv4()).isEqualTo(truth.ipv4());
    }

    @Test
    void p10_theFirstIpv6AddressIsUsedWithItsOwnBlockAndGateway() {
        CloudEni eni = lab.cloud().create(lab.request());
        assertThat(eni.ipv6()).hasValueSatisfying(ipv6 -> {
            assertThat(ipv6.subnet()).hasToString("2001:db8:1::/64");
            assertThat(ipv6.gateway()).isEqualTo(ipv6.subnet().address(1));
        });
    }

    @Test
    void cld10_aTokenUsedBeforeAnswersTheEniMadeThenAlsoWhenTheCloudForgotTheToken() {
        lab.bce.forgetTokens();
        CreateRequest request = lab.request();
        CloudEni eni = lab.cloud().create(request);
        assertThat(lab.cloud().create(request).id()).isEqualTo(eni.id());
        assertThat(lab.model.enis()).hasSize(1);
    }

    @Test
    void cld12_anEniThatIsNotVisibleYetIsAmbiguousAndItsTokenFindsIt() {
        lab.model.latencies(new Latencies(SECOND, Duration.ZERO, Duration.ZERO));
        EniCloud cloud = lab.cloud();
        CreateRequest request = lab.request();
        assertThatThrownBy(() -> cloud.create(request))
                .isInstanceOf(AmbiguousProviderException.class)
                .hasMessageContaining("repeat the token");
        String id = lab.model.enis().get(0).id();
        refused(() -> cloud.delete(id), Refusal.NOT_FOUND).isInstanceOf(RetryableProviderException.class);
        lab.advance(SECOND);
        assertThat(cloud.create(request).id()).isEqualTo(id);
        assertThat(lab.model.enis()).hasSize(1);
        cloud.delete(id);
        assertThat(lab.model.enis()).isEmpty();
    }

    @Test
    void cld01_describeGoesOverAllPagesInTwoLists() {
        EniCloud cloud = lab.cloud();
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(cloud.create(lab.request()).id());
        }
        int before = lab.bce.requests().size();
        lab.bce.pageSize(2);
        assertThat(cloud.describe()).extracting(CloudEni::id).containsExactlyElementsOf(made);
        assertThat(lab.requestsSince(before)).hasSize(1 + 3);
        assertThat(lab.requestsSince(before))
                .filteredOn(each -> each.contains("marker="))
                .hasSize(2);
    }

    @Test
    void anIdleDescriptionIsTwoRequests() {
        EniCloud cloud = lab.cloud();
        lab.attached(cloud);
        int before = lab.bce.requests().size();
        cloud.describe();
        assertThat(lab.requestsSince(before))
                .containsExactly(
                        "GET /v1/eni?instanceId=i-emulated&maxKeys=1000&vpcId=" + BceEmulator.VPC,
                        "GET /v1/eni?maxKeys=1000&name=enim%2Fprod%2Fnode-7%2F&vpcId=" + BceEmulator.VPC);
    }

    @Test
    void cld02_onlyStandardEnisWithThisNodesOwnerTagAreDescribed() {
        EniCloud cloud = lab.cloud();
        CloudEni ours = lab.attached(cloud);
        lab.foreign("another/owner", "standard");
        lab.foreign(EniNames.name(BceTestFixture.OWNER_TAG, "rdma"), "highPerformance");
        lab.cloud(Map.of(), new OwnerTag("prod", "node-70"))
                .create(new CreateRequest("t", new OwnerTag("prod", "node-70")));
        assertThat(cloud.describe()).extracting(CloudEni::id).containsExactly(ours.id());
    }

    @Test
    void foreignEnisAreNeitherAttachedNorDetachedNorDeleted() {
        EniCloud cloud = lab.cloud();
        SimulatedEni foreign = lab.foreign("another/owner", "standard");
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> cloud.attach(foreign.id(), ATTACH),
                () -> cloud.detach(foreign.id()),
                () -> cloud.delete(foreign.id()))) {
            refused(call, Refusal.OTHER)
                    .isInstanceOf(FatalProviderException.class)
                    .hasMessageContaining("stays untouched");
        }
        assertThat(lab.simulatedEni(foreign.id()).state()).isEqualTo(SimulatedEni.State.IN_USE);
    }

    @Test
    void cld20_attachOfAnEniThatIsAttachedHereIsSuccessAndSendsNothing() {
        EniCloud cloud = lab.cloud();
        lab.model.latencies(new Latencies(Duration.ZERO, SECOND, SECOND));
        CloudEni eni = lab.attached(cloud);
        cloud.attach(eni.id(), ATTACH);
        lab.advance(SECOND);
        int before = lab.bce.requests().size();
        cloud.attach(eni.id(), ATTACH);
        assertThat(lab.requestsSince(before)).containsExactly("GET /v1/eni/" + eni.id());
        assertThat(cloud.describe())
                .singleElement()
                .satisfies(each ->
                        assertThat(each.isAttachedTo(BceTestFixture.INSTANCE)).isTrue());
    }

    @Test
    void attachIsOneDescribeAndOneRequestWithItsToken() {
        EniCloud cloud = lab.cloud();
        CloudEni eni = cloud.create(lab.request());
        int before = lab.bce.requests().size();
        cloud.attach(eni.id(), ATTACH);
        assertThat(lab.requestsSince(before))
                .containsExactly("GET /v1/eni/" + eni.id(), "PUT /v1/eni/" + eni.id() + "?attach&clientToken=attach-1");
    }

    @Test
    void cld21_attachBeyondTheLimitIsFatal() {
        EniCloud cloud = lab.cloud();
        lab.attached(cloud);
        lab.attached(cloud);
        lab.attached(cloud);
        CloudEni more = cloud.create(lab.request());
        refused(() -> cloud.attach(more.id(), ATTACH), Refusal.ENI_LIMIT).isInstanceOf(FatalProviderException.class);
    }

    @Test
    void limitsTakeForeignEnisOffAndASettingSavesTheQuestion() {
        EniCloud cloud = lab.cloud();
        assertThat(cloud.limits().maxEnis()).isEqualTo(3);
        lab.attached(cloud);
        lab.foreign("another/owner", "standard");
        int before = lab.bce.requests().size();
        assertThat(cloud.limits().maxEnis()).isEqualTo(2);
        assertThat(lab.requestsSince(before)).hasSize(2).last().isEqualTo("GET /v1/eni/quota?instanceId=i-emulated");
        int settled = lab.bce.requests().size();
        assertThat(lab.cloud(Map.of("max-enis", "7")).limits().maxEnis()).isEqualTo(7);
        assertThat(lab.requestsSince(settled)).isEmpty();
    }

    @Test
    void cld30_detachOfAnEniThatIsGoneFreeOrOnItsWayIsSuccess() {
        EniCloud cloud = lab.cloud();
        lab.model.latencies(new Latencies(Duration.ZERO, SECOND, SECOND));
        CloudEni eni = lab.attached(cloud);
        refused(() -> cloud.detach(eni.id()), Refusal.WRONG_STATE).isInstanceOf(RetryableProviderException.class);
        lab.advance(SECOND);
        cloud.detach(eni.id());
        cloud.detach(eni.id());
        lab.advance(SECOND);
        cloud.detach(eni.id());
        cloud.delete(eni.id());
        assertThatCode(() -> cloud.detach(eni.id())).doesNotThrowAnyException();
        assertThat(lab.bce.requests())
                .filteredOn(each -> each.contains("&detach"))
                .hasSize(1);
    }

    @Test
    void cld32_deleteOfAnEniThatIsNotFreeIsWrongStateAndSendsNothing() {
        EniCloud cloud = lab.cloud();
        lab.model.latencies(new Latencies(Duration.ZERO, SECOND, SECOND));
        CloudEni eni = lab.attached(cloud);
        refused(() -> cloud.delete(eni.id()), Refusal.WRONG_STATE).hasMessageContaining("attaching");
        lab.advance(SECOND);
        refused(() -> cloud.delete(eni.id()), Refusal.WRONG_STATE).hasMessageContaining("inuse");
        cloud.detach(eni.id());
        refused(() -> cloud.delete(eni.id()), Refusal.WRONG_STATE).hasMessageContaining("detaching");
        assertThat(lab.bce.requests()).noneMatch(each -> each.startsWith("DELETE"));
    }

    @Test
    void cld31_deleteOfAnEniThatIsGoneIsSuccess() {
        EniCloud cloud = lab.cloud();
        CloudEni eni = cloud.create(lab.request());
        cloud.delete(eni.id());
        assertThatCode(() -> cloud.delete(eni.id())).doesNotThrowAnyException();
        assertThat(lab.model.enis()).isEmpty();
    }

    @Test
    void aFullSubnetGivesWayToTheNextOfThisZoneAndRests() {
        try (BceTestFixture two = new BceTestFixture(
                3,
                BceTestFixture.subnet("sbn-1", BceTestFixture.ZONE, "10.0.1.0/29", ""),
                BceTestFixture.subnet("sbn-2", "cn-bj-b", "10.0.2.0/24", ""),
                BceTestFixture.subnet("sbn-3", BceTestFixture.ZONE, "10.0.3.0/24", ""))) {
            EniCloud cloud = two.cloud(Map.of("subnets", "sbn-1,sbn-2,sbn-3"));
            List<String> used = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                used.add(cloud.create(two.request()).subnetId());
            }
            assertThat(used).containsExactly("sbn-1", "sbn-1", "sbn-1", "sbn-3", "sbn-3");
            int before = two.bce.requests().size();
            cloud.create(two.request());
            assertThat(two.requestsSince(before))
                    .filteredOn(each -> each.startsWith("POST"))
                    .hasSize(1);
        }
    }

    @Test
    void whenEverySubnetIsFullTheErrorSaysSo() {
        try (BceTestFixture tiny =
                new BceTestFixture(3, BceTestFixture.subnet("sbn-1", BceTestFixture.ZONE, "10.0.1.0/29", ""))) {
            EniCloud cloud = tiny.cloud();
            for (int i = 0; i < 3; i++) {
                cloud.create(tiny.request());
            }
            refused(() -> cloud.create(tiny.request()), Refusal.SUBNET_FULL);
        }
    }

    @Test
    void anUnknownSubnetIsFatalAndNamesTheSettings() {
        EniCloud cloud = lab.cloud(Map.of("subnets", "sbn-9"));
        assertThatThrownBy(() -> cloud.create(lab.request()))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining("sbn-9");
    }

    @Test
    void anInstanceThatIsTerminatedIsSaidToBeGone() {
        EniCloud cloud = lab.cloud();
        CloudEni eni = cloud.create(lab.request());
        lab.model.terminate(BceTestFixture.INSTANCE);
        refused(() -> cloud.attach(eni.id(), ATTACH), Refusal.INSTANCE_GONE).isInstanceOf(FatalProviderException.class);
        refused(cloud::limits, Refusal.INSTANCE_GONE).isInstanceOf(FatalProviderException.class);
        cloud.delete(eni.id());
        assertThat(lab.model.enis()).isEmpty();
    }

    @Test
    void cld40_anEniThatIsMadeAndNotReadBackIsAmbiguousWhateverTheReason() {
        EniCloud cloud = lab.cloud();
        CreateRequest request = lab.request();
        lab.model.faults().next(ApiCall.DESCRIBE, Kind.NONE, Kind.FORBID);
        assertThatThrownBy(() -> cloud.create(request))
                .isInstanceOf(AmbiguousProviderException.class)
                .hasMessageContaining("is made");
        assertThat(cloud.create(request).id()).isEqualTo(lab.model.enis().get(0).id());
        assertThat(lab.model.enis()).hasSize(1);
    }

    @Test
    void aSessionTokenGoesAlongAndWithoutItTheKeysAreRefused() {
        try (BceTestFixture sts = new BceTestFixture(
                "sts-token", 3, BceTestFixture.subnet("sbn-1", BceTestFixture.ZONE, "10.0.1.0/24", ""))) {
            assertThat(sts.cloud(Map.of("session-token", "sts-token")).describe())
                    .isEmpty();
            refused(() -> sts.cloud().describe(), Refusal.NOT_PERMITTED).isInstanceOf(FatalProviderException.class);
        }
    }

    @Test
    void cld40_refusedKeysAreFatalAndNotShown() {
        EniCloud cloud = lab.cloud(Map.of("secret-access-key", "another-secret"));
        refused(cloud::describe, Refusal.NOT_PERMITTED)
                .isInstanceOf(FatalProviderException.class)
                .hasMessageContaining("SignatureDoesNotMatch")
                .message()
                .doesNotContain("another-secret");
        assertThat(lab.bce.requests()).isEmpty();
        refused(
                        () -> lab.cloud(Map.of("access-key-id", "", "secret-access-key", ""))
                                .describe(),
                        Refusal.NOT_PERMITTED)
                .hasMessageContaining("BCE_ACCESS_KEY_ID");
    }
}
