package io.enim.provider.bce;

import static io.enim.emulator.adapter.AdapterFixture.OWNER_TAG;
import static io.enim.emulator.adapter.AdapterFixture.SECOND;
import static io.enim.emulator.adapter.AdapterFixture.refused;
import static io.enim.emulator.adapter.AdapterFixture.subnet;
import static io.enim.provider.bce.BceTestFixture.ZONE;
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
import io.enim.provider.fake.region.InstanceState;
import io.enim.provider.fake.region.SimulatedEni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each call says on the wire, and what it makes of the answers. */
class BceCloudTest {
    private static final AttachRequest ATTACH = new AttachRequest("attach-1");
    private static final Class<RetryableProviderException> RETRYABLE = RetryableProviderException.class;
    private static final Class<FatalProviderException> FATAL = FatalProviderException.class;

    private final BceTestFixture lab = BceTestFixture.small();
    private final EniCloud cloud = lab.cloud();

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void cld11_createSearchesByNameCreatesWithOwnerTagAndTokenAndReadsItBack() {
        CloudEni eni = cloud.create(new CreateRequest("tok-1", OWNER_TAG));
        String name = EniNames.name(OWNER_TAG, "tok-1");
        assertThat(lab.requests())
                .containsExactly(
                        "GET /v1/eni?maxKeys=1000&name=" + name.replace("/", "%2F") + "&vpcId=" + BceEmulator.VPC,
                        "GET /v1/subnet/sbn-1",
                        "POST /v1/eni?clientToken=tok-1",
                        "GET /v1/eni/" + eni.id());
        SimulatedEni truth = lab.simulatedEni(eni.id());
        assertThat(truth.tags()).containsEntry("name", name);
        assertThat(eni.mac()).isEqualTo(truth.mac());
        assertThat(eni.status()).isEqualTo(Status.AVAILABLE);
        assertThat(eni.ownerTag()).contains(OWNER_TAG);
        assertThat(eni.created()).contains(lab.clock.instant());
        assertThat(eni.instanceId()).isEmpty();
        assertThat(eni.ipv4()).isEqualTo(truth.ipv4());
    }

    @Test
    void p10_theFirstIpv6AddressIsUsedWithItsOwnBlockAndGateway() {
        assertThat(cloud.create(lab.request()).ipv6()).hasValueSatisfying(ipv6 -> {
            assertThat(ipv6.subnet()).hasToString("2001:db8:1::/64");
            assertThat(ipv6.gateway()).isEqualTo(ipv6.subnet().address(1));
        });
    }

    @Test
    void cld10_aTokenUsedBeforeAnswersTheEniMadeThenAlsoWhenTheCloudForgotTheToken() {
        lab.bce.forgetTokens();
        CreateRequest request = lab.request();
        CloudEni eni = cloud.create(request);
        assertThat(lab.cloud().create(request).id()).isEqualTo(eni.id());
        assertThat(lab.model.enis()).hasSize(1);
    }

    @Test
    void cld12_anEniThatIsNotVisibleYetIsAmbiguousAndItsTokenFindsIt() {
        lab.timing(Duration.ZERO, SECOND);
        CreateRequest request = lab.request();
        assertThatThrownBy(() -> cloud.create(request))
                .isInstanceOf(AmbiguousProviderException.class)
                .hasMessageContaining("repeat the token");
        String id = lab.model.enis().get(0).id();
        refused(RETRYABLE, Refusal.NOT_FOUND, () -> cloud.delete(id));
        lab.advance(SECOND);
        assertThat(cloud.create(request).id()).isEqualTo(id);
        assertThat(lab.model.enis()).hasSize(1);
        cloud.delete(id);
        assertThat(lab.model.enis()).isEmpty();
    }

    @Test
    void cld01_describeGoesOverAllPagesInTwoLists() {
        List<String> made = IntStream.range(0, 5)
                .mapToObj(i -> cloud.create(lab.request()).id())
                .toList();
        lab.bce.pageSize(2);
        assertThat(lab.requestsOf(() ->
                        assertThat(cloud.describe()).extracting(CloudEni::id).containsExactlyElementsOf(made)))
                .hasSize(1 + 3)
                .filteredOn(each -> each.contains("marker="))
                .hasSize(2);
    }

    @Test
    void anIdleDescriptionIsOneRequestOnceItShowsAnAttachedEniAndTwoBefore() {
        String byName = "GET /v1/eni?maxKeys=1000&name=enim%2Fprod%2Fnode-7%2F&vpcId=" + BceEmulator.VPC;
        cloud.create(lab.request());
        assertThat(lab.requestsOf(cloud::describe))
                .containsExactly(byName, "GET /v1/eni?instanceId=i-emulated&maxKeys=1000&vpcId=" + BceEmulator.VPC);
        lab.attached(cloud);
        assertThat(lab.requestsOf(() -> assertThat(cloud.describe()).hasSize(2)))
                .containsExactly(byName);
    }

    @Test
    void cld02_onlyStandardEnisWithThisNodesOwnerTagAreDescribed() {
        CloudEni ours = lab.attached(cloud);
        lab.foreign("another/owner", "standard");
        lab.foreign(EniNames.name(OWNER_TAG, "rdma"), "highPerformance");
        OwnerTag neighbour = new OwnerTag("prod", "node-70");
        lab.cloud(Map.of(), neighbour).create(new CreateRequest("t", neighbour));
        assertThat(cloud.describe()).extracting(CloudEni::id).containsExactly(ours.id());
    }

    @Test
    void foreignEnisAreNeitherAttachedNorDetachedNorDeleted() {
        String id = lab.foreign("another/owner", "standard").id();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> cloud.attach(id, ATTACH), () -> cloud.detach(id), () -> cloud.delete(id))) {
            refused(FATAL, Refusal.OTHER, call).hasMessageContaining("stays untouched");
        }
        assertThat(lab.simulatedEni(id).state()).isEqualTo(SimulatedEni.State.IN_USE);
    }

    @Test
    void cld20_attachOfAnEniThatIsAttachedHereIsSuccessAndSendsNothing() {
        lab.timing(SECOND, Duration.ZERO);
        CloudEni eni = lab.attached(cloud);
        cloud.attach(eni.id(), ATTACH);
        lab.advance(SECOND);
        assertThat(lab.requestsOf(() -> cloud.attach(eni.id(), ATTACH))).containsExactly("GET /v1/eni/" + eni.id());
        assertThat(cloud.describe()).singleElement().matches(each -> each.isAttachedTo(BceTestFixture.INSTANCE));
    }

    @Test
    void attachIsOneDescribeAndOneRequestWithItsToken() {
        CloudEni eni = cloud.create(lab.request());
        assertThat(lab.requestsOf(() -> cloud.attach(eni.id(), ATTACH)))
                .containsExactly("GET /v1/eni/" + eni.id(), "PUT /v1/eni/" + eni.id() + "?attach&clientToken=attach-1");
    }

    @Test
    void cld21_attachBeyondTheLimitIsFatal() {
        IntStream.range(0, 3).forEach(i -> lab.attached(cloud));
        CloudEni more = cloud.create(lab.request());
        refused(FATAL, Refusal.ENI_LIMIT, () -> cloud.attach(more.id(), ATTACH));
    }

    @Test
    void limitsTakeForeignEnisOffAndASettingSavesTheQuestion() {
        assertThat(cloud.limits().maxEnis()).isEqualTo(3);
        lab.attached(cloud);
        lab.foreign("another/owner", "standard");
        assertThat(lab.requestsOf(() -> assertThat(cloud.limits().maxEnis()).isEqualTo(2)))
                .hasSize(2)
                .last()
                .isEqualTo("GET /v1/eni/quota?instanceId=i-emulated");
        EniCloud settled = lab.cloud(Map.of("max-enis", "7"));
        assertThat(lab.requestsOf(() -> assertThat(settled.limits().maxEnis()).isEqualTo(7)))
                .isEmpty();
    }

    /** Baidu's API does not list the quota call; some types of bare metal have no quota at all. */
    @Test
    void withoutTheQuotaCallTheInstancesOwnQuotaCountsAndThenOnlyASetting() {
        lab.bce.quotaOfInstanceOnly(3);
        lab.attached(cloud);
        lab.foreign("another/owner", "standard");
        assertThat(lab.requestsOf(() -> assertThat(cloud.limits().maxEnis()).isEqualTo(2)))
                .last()
                .isEqualTo("GET /v2/instance/i-emulated");
        assertThat(cloud.howToGetMore()).get().asString().contains("quota of ENIs is larger");
        lab.bce.quotaOfInstanceOnly(0);
        refused(FATAL, Refusal.NOT_FOUND, cloud::limits).hasMessageContaining("set enim.provider.bce.max-enis");
        EniCloud settled = lab.cloud(Map.of("max-enis", "7"));
        assertThat(settled.limits().maxEnis()).isEqualTo(7);
        assertThat(settled.howToGetMore()).get().asString().contains("raise enim.provider.bce.max-enis");
    }

    @Test
    void anInstanceThatIsBeingMadeIsRetriedAndNotSaidToBeGone() {
        CloudEni eni = cloud.create(lab.request());
        lab.model.instanceState(BceTestFixture.INSTANCE, InstanceState.STARTING);
        refused(RETRYABLE, Refusal.WRONG_STATE, () -> cloud.attach(eni.id(), ATTACH));
        lab.model.instanceState(BceTestFixture.INSTANCE, InstanceState.RUNNING);
        cloud.attach(eni.id(), ATTACH);
    }

    /** A used token answers a mismatch for 24 hours, also where it made nothing. */
    @Test
    void cld10_aTokenThatARefusedRequestBoundBeforeARestartIsGivenUpAfterFiveMinutes() {
        try (BceTestFixture two =
                new BceTestFixture(3, subnet("sbn-1", ZONE, "10.0.1.0/30"), subnet("sbn-3", ZONE, "10.0.3.0/24"))) {
            CreateRequest request = two.request();
            refused(RETRYABLE, Refusal.SUBNET_FULL, () -> two.cloud().create(request));
            EniCloud restarted = two.cloud(Map.of("subnets", "sbn-3"));
            refused(AmbiguousProviderException.class, Refusal.TOKEN_MISMATCH, () -> restarted.create(request));
            two.advance(Duration.ofMinutes(5));
            refused(FATAL, Refusal.TOKEN_MISMATCH, () -> restarted.create(request));
            CreateRequest next = two.request();
            EniCloud both = two.cloud(Map.of("subnets", "sbn-1,sbn-3"));
            assertThat(both.create(next).subnetId())
                    .as("a full one bound the token in this process")
                    .isEqualTo("sbn-3");
            assertThat(both.create(next).subnetId()).isEqualTo("sbn-3");
            assertThat(two.model.enis()).hasSize(1);
        }
    }

    @Test
    void cld30_detachOfAnEniThatIsGoneFreeOrOnItsWayIsSuccess() {
        lab.timing(SECOND, Duration.ZERO);
        CloudEni eni = lab.attached(cloud);
        refused(RETRYABLE, Refusal.WRONG_STATE, () -> cloud.detach(eni.id()));
        lab.advance(SECOND);
        cloud.detach(eni.id());
        cloud.detach(eni.id());
        lab.advance(SECOND);
        cloud.detach(eni.id());
        cloud.delete(eni.id());
        assertThatCode(() -> cloud.detach(eni.id())).doesNotThrowAnyException();
        assertThat(lab.requests()).filteredOn(each -> each.contains("&detach")).hasSize(1);
    }

    @Test
    void cld32_deleteOfAnEniThatIsNotFreeIsWrongStateAndSendsNothing() {
        lab.timing(SECOND, Duration.ZERO);
        CloudEni eni = lab.attached(cloud);
        refused(RETRYABLE, Refusal.WRONG_STATE, () -> cloud.delete(eni.id())).hasMessageContaining("attaching");
        lab.advance(SECOND);
        refused(RETRYABLE, Refusal.WRONG_STATE, () -> cloud.delete(eni.id())).hasMessageContaining("inuse");
        cloud.detach(eni.id());
        refused(RETRYABLE, Refusal.WRONG_STATE, () -> cloud.delete(eni.id())).hasMessageContaining("detaching");
        assertThat(lab.requests()).noneMatch(each -> each.startsWith("DELETE"));
    }

    @Test
    void cld31_deleteOfAnEniThatIsGoneIsSuccess() {
        CloudEni eni = cloud.create(lab.request());
        cloud.delete(eni.id());
        assertThatCode(() -> cloud.delete(eni.id())).doesNotThrowAnyException();
        assertThat(lab.model.enis()).isEmpty();
    }

    @Test
    void aFullSubnetGivesWayToTheNextOfThisZoneAndRests() {
        try (BceTestFixture two = new BceTestFixture(
                3,
                subnet("sbn-1", ZONE, "10.0.1.0/29"),
                subnet("sbn-2", "cn-bj-b", "10.0.2.0/24"),
                subnet("sbn-3", ZONE, "10.0.3.0/24"))) {
            EniCloud creating = two.cloud(Map.of("subnets", "sbn-1,sbn-2,sbn-3"));
            List<String> used = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                used.add(creating.create(two.request()).subnetId());
            }
            assertThat(used).containsExactly("sbn-1", "sbn-1", "sbn-1", "sbn-3", "sbn-3");
            assertThat(two.requestsOf(() -> creating.create(two.request())))
                    .filteredOn(each -> each.startsWith("POST"))
                    .hasSize(1);
        }
    }

    @Test
    void whenEverySubnetIsFullTheErrorSaysSo() {
        try (BceTestFixture tiny = new BceTestFixture(3, subnet("sbn-1", ZONE, "10.0.1.0/29"))) {
            EniCloud creating = tiny.cloud();
            IntStream.range(0, 3).forEach(i -> creating.create(tiny.request()));
            refused(RETRYABLE, Refusal.SUBNET_FULL, () -> creating.create(tiny.request()));
        }
    }

    @Test
    void anUnknownSubnetIsFatalAndNamesTheSettings() {
        EniCloud lost = lab.cloud(Map.of("subnets", "sbn-9"));
        assertThatThrownBy(() -> lost.create(lab.request()))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining("sbn-9");
    }

    @Test
    void anInstanceThatIsTerminatedIsSaidToBeGone() {
        CloudEni eni = cloud.create(lab.request());
        lab.model.terminate(BceTestFixture.INSTANCE);
        refused(FATAL, Refusal.INSTANCE_GONE, () -> cloud.attach(eni.id(), ATTACH));
        refused(FATAL, Refusal.INSTANCE_GONE, cloud::limits);
        cloud.delete(eni.id());
        assertThat(lab.model.enis()).isEmpty();
    }

    @Test
    void cld40_anEniThatIsMadeAndNotReadBackIsAmbiguousWhateverTheReason() {
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
        try (BceTestFixture sts = new BceTestFixture("sts-token", 3, subnet("sbn-1", ZONE, "10.0.1.0/24"))) {
            EniCloud with = sts.cloud(Map.of("session-token", "sts-token"));
            assertThat(with.describe()).isEmpty();
            refused(FATAL, Refusal.NOT_PERMITTED, () -> sts.cloud().describe());
        }
    }

    @Test
    void cld40_refusedKeysAreFatalAndNotShown() {
        EniCloud wrong = lab.cloud(Map.of("secret-access-key", "another-secret"));
        refused(FATAL, Refusal.NOT_PERMITTED, wrong::describe)
                .message()
                .contains("SignatureDoesNotMatch")
                .doesNotContain("another-secret");
        assertThat(lab.requests()).isEmpty();
        EniCloud without = lab.cloud(Map.of("access-key-id", "", "secret-access-key", ""));
        refused(FATAL, Refusal.NOT_PERMITTED, without::describe).hasMessageContaining("BCE_ACCESS_KEY_ID");
    }
}
