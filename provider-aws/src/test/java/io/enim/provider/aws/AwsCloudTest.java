package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Cidr;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.emulator.ec2.Ec2Emulator;
import io.enim.emulator.ec2.WireFault;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeLimits;
import io.enim.provider.OwnerTag;
import io.enim.provider.fake.region.ApiCall;
import io.enim.provider.fake.region.Faults.Kind;
import io.enim.provider.fake.region.SimulatedEni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;

/** Each call on the wire, and the rules of the narrow door that it keeps. */
class AwsCloudTest {
    private static final AttachRequest ATTACH = new AttachRequest("attach-1");

    private final Ec2TestFixture lab = Ec2TestFixture.small();
    private final EniCloud cloud = lab.cloud();

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void anEniIsCreatedWithAddressesGatewaysAndGroups() {
        CloudEni eni = cloud.create(lab.request());
        SimulatedEni truth = lab.simulatedEni(eni.id());
        assertThat(eni.mac()).isEqualTo(truth.mac());
        assertThat(eni.subnetId()).isEqualTo("subnet-1");
        assertThat(eni.ipv4()).hasValueSatisfying(address -> {
            assertThat(truth.ipv4())
                    .hasValueSatisfying(there -> assertThat(address).isEqualTo(there));
            assertThat(address.subnet()).isEqualTo(Cidr.parse("10.0.1.0/24"));
            assertThat(address.gateway()).isEqualTo(Cidr.parseAddress("10.0.1.1"));
        });
        NetworkInterface described = lab.described(eni.id());
        assertThat(described.groups()).extracting(GroupIdentifier::groupId).containsExactly("sg-0default");
        assertThat(described.description()).isEqualTo("ENIM prod/node-7");
    }

    @Test
    void p10_ipv6HasItsOwnBlockAndTheVpcRoutersAddress() {
        CloudEni eni = cloud.create(lab.request());
        assertThat(eni.ipv6()).hasValueSatisfying(address -> {
            assertThat(address.subnet()).isEqualTo(Cidr.parse("2001:db8:1::/64"));
            assertThat(address.gateway()).isEqualTo(Cidr.parseAddress("fe80:ec2::1"));
        });
        CloudEni without = lab.cloud(Map.of("ipv6", "off")).create(lab.request());
        assertThat(without.ipv6()).isEmpty();
    }

    @Test
    void cld10_aTokenUsedBeforeAnswersTheSameEni() {
        CreateRequest request = lab.request();
        CloudEni first = cloud.create(request);
        assertThat(cloud.create(request).id()).isEqualTo(first.id());
        assertThat(lab.cloud().create(request).id()).isEqualTo(first.id());
        assertThat(lab.model.enis()).hasSize(1);
    }

    @Test
    void cld10_aTokenOfAnotherOwnerTagIsRefused() {
        CreateRequest request = lab.request();
        cloud.create(request);
        assertRefused(
                FatalProviderException.class,
                Refusal.TOKEN_MISMATCH,
                () -> cloud.create(new CreateRequest(request.token(), new OwnerTag("prod", "node-8"))));
    }

    @Test
    void cld11_theOwnerTagIsSetInTheCreateRequest() {
        EniCloud tagging = lab.cloud(Map.of("tags", "team=net"));
        CloudEni eni = tagging.create(lab.request());
        assertThat(eni.ownerTag()).contains(Ec2TestFixture.OWNER_TAG);
        assertThat(lab.simulatedEni(eni.id()).tags())
                .containsEntry("enim:cluster", "prod")
                .containsEntry("enim:node", "node-7")
                .containsEntry("team", "net");
        assertThat(lab.ec2.requests()).doesNotContain("CreateTags");
    }

    @Test
    void cld12_anEniThatIsNotVisibleYetIsNeverTakenForGone() {
        lab.timing(Duration.ZERO, Duration.ofSeconds(30));
        CloudEni eni = cloud.create(lab.request());
        assertThat(cloud.describe()).isEmpty();
        assertRefused(RetryableProviderException.class, Refusal.NOT_FOUND, () -> cloud.attach(eni.id(), ATTACH));
        assertRefused(RetryableProviderException.class, Refusal.NOT_FOUND, () -> cloud.detach(eni.id()));
        assertRefused(RetryableProviderException.class, Refusal.NOT_FOUND, () -> cloud.delete(eni.id()));
        lab.advance(Duration.ofSeconds(30));
        assertThat(cloud.describe()).extracting(CloudEni::id).containsExactly(eni.id());
        cloud.delete(eni.id());
        assertThat(lab.model.enis()).isEmpty();
    }

    @Test
    void cld02_describeReturnsOnlyThisNodesEnisAttachedOrNot() {
        CloudEni free = cloud.create(lab.request());
        CloudEni attached = lab.attached(cloud);
        lab.attachForeign(3);
        lab.cloud(Map.of(), new OwnerTag("prod", "node-8"), Ec2Emulator.SECRET)
                .create(new CreateRequest("other-1", new OwnerTag("prod", "node-8")));
        List<CloudEni> described = cloud.describe();
        assertThat(described).extracting(CloudEni::id).containsExactlyInAnyOrder(free.id(), attached.id());
        assertThat(described)
                .filteredOn(eni -> eni.id().equals(attached.id()))
                .singleElement()
                .satisfies(eni -> {
                    assertThat(eni.isAttachedTo(Ec2TestFixture.INSTANCE)).isTrue();
                    assertThat(eni.number()).isEqualTo(1);
                });
    }

    @Test
    void cld01_describeFollowsEveryPage() {
        lab.ec2.pageSize(2);
        List<String> made = IntStream.range(0, 7)
                .mapToObj(i -> cloud.create(lab.request()).id())
                .toList();
        assertThat(cloud.describe()).extracting(CloudEni::id).containsExactlyInAnyOrderElementsOf(made);
    }

    @ParameterizedTest
    @EnumSource(
            value = WireFault.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "SILENT"})
    void cld01_aListWithALostPageIsAnErrorAndNotAPart(WireFault fault) {
        lab.ec2.pageSize(2);
        IntStream.range(0, 5).forEach(i -> cloud.create(lab.request()));
        lab.ec2.injectNext("DescribeNetworkInterfaces", WireFault.NONE, fault);
        assertThatThrownBy(cloud::describe).isInstanceOf(RetryableProviderException.class);
        assertThat(cloud.describe()).hasSize(5);
    }

    @Test
    void attachingIsSeenAsSuchUntilItIsDone() {
        lab.timing(Duration.ofSeconds(3), Duration.ZERO);
        CloudEni eni = cloud.create(lab.request());
        assertThat(eni.status()).isEqualTo(CloudEni.Status.OTHER);
        cloud.attach(eni.id(), ATTACH);
        assertThat(cloud.describe()).extracting(CloudEni::status).containsExactly(CloudEni.Status.ATTACHING);
        lab.advance(Duration.ofSeconds(3));
        assertThat(cloud.describe()).extracting(CloudEni::status).containsExactly(CloudEni.Status.ATTACHED);
        cloud.detach(eni.id());
        assertThat(cloud.describe()).extracting(CloudEni::status).containsExactly(CloudEni.Status.DETACHING);
        assertRefused(RetryableProviderException.class, Refusal.WRONG_STATE, () -> cloud.delete(eni.id()));
        cloud.detach(eni.id());
        lab.advance(Duration.ofSeconds(3));
        assertThat(cloud.describe()).extracting(CloudEni::status).containsExactly(CloudEni.Status.AVAILABLE);
        assertThat(lab.ec2.requests()).containsOnlyOnce("DetachNetworkInterface");
    }

    @Test
    void cld20_attachedAlreadyIsSuccessWithoutASecondRequest() {
        CloudEni eni = lab.attached(cloud);
        cloud.attach(eni.id(), ATTACH);
        lab.cloud().attach(eni.id(), ATTACH);
        assertThat(lab.ec2.requests()).containsOnlyOnce("AttachNetworkInterface");
    }

    @Test
    void cld21_beyondTheLimitIsFatalAndAsksNothingOfTheCloud() {
        IntStream.range(0, 3).forEach(i -> lab.attached(cloud));
        CloudEni fourth = cloud.create(lab.request());
        int before = lab.ec2.requests().size();
        assertRefused(FatalProviderException.class, Refusal.ENI_LIMIT, () -> cloud.attach(fourth.id(), ATTACH));
        assertThat(lab.requestsSince(before)).containsOnly("DescribeNetworkInterfaces");
    }

    @Test
    void cld30_detachOfWhatIsNotAttachedOrGoneIsSuccess() {
        CloudEni eni = cloud.create(lab.request());
        cloud.detach(eni.id());
        cloud.detach("eni-0ffffffff");
        assertThat(lab.ec2.requests()).doesNotContain("DetachNetworkInterface");
    }

    @Test
    void cld31_deleteOfWhatIsGoneIsSuccess() {
        CloudEni eni = cloud.create(lab.request());
        cloud.delete(eni.id());
        cloud.delete(eni.id());
        assertThat(lab.ec2.requests()).containsOnlyOnce("DeleteNetworkInterface");
    }

    @Test
    void cld32_deleteNeverDetaches() {
        CloudEni eni = lab.attached(cloud);
        assertRefused(RetryableProviderException.class, Refusal.WRONG_STATE, () -> cloud.delete(eni.id()));
        assertThat(lab.ec2.requests()).doesNotContain("DeleteNetworkInterface", "DetachNetworkInterface");
    }

    @Test
    void p9_whatIsNotOursIsNotTouched() {
        String foreign = lab.attachForeign(2);
        OwnerTag neighbour = new OwnerTag("prod", "node-8");
        CloudEni theirs =
                lab.cloud(Map.of(), neighbour, Ec2Emulator.SECRET).create(new CreateRequest("other-1", neighbour));
        int before = lab.ec2.requests().size();
        for (String id : List.of(foreign, theirs.id())) {
            assertRefused(FatalProviderException.class, Refusal.OTHER, () -> cloud.attach(id, ATTACH));
            assertRefused(FatalProviderException.class, Refusal.OTHER, () -> cloud.detach(id));
            assertRefused(FatalProviderException.class, Refusal.OTHER, () -> cloud.delete(id));
        }
        assertThat(lab.requestsSince(before)).containsOnly("DescribeNetworkInterfaces");
    }

    @Test
    void anAttachedEniEndsWithItsInstance() {
        CloudEni eni = lab.attached(cloud);
        assertThat(endsWithInstance(eni)).isTrue();
        lab.model.terminate(Ec2TestFixture.INSTANCE);
        assertThat(lab.model.enis()).isEmpty();
    }

    @Test
    void whatWouldOutliveTheInstanceIsSetRightByTheNextDescription() {
        lab.model.faults().next(ApiCall.MODIFY, Kind.THROTTLE, Kind.FAIL);
        CloudEni eni = lab.attached(cloud);
        assertThat(endsWithInstance(eni)).isFalse();
        assertThat(cloud.describe()).hasSize(1);
        assertThat(endsWithInstance(eni)).isFalse();
        cloud.describe();
        assertThat(endsWithInstance(eni)).isTrue();
        int before = lab.ec2.requests().size();
        cloud.describe();
        assertThat(lab.requestsSince(before)).containsExactly("DescribeNetworkInterfaces");
    }

    @Test
    void limitsAreTheTypesWithoutTheInstancesOwnAndForeignOnes() {
        assertThat(cloud.limits()).isEqualTo(new NodeLimits(3));
        lab.attached(cloud);
        lab.attachForeign(3);
        assertThat(cloud.limits()).isEqualTo(new NodeLimits(2));
    }

    @Test
    void aTerminatedInstanceTakesNothingMore() {
        CloudEni eni = lab.attached(cloud);
        CloudEni another = cloud.create(lab.request());
        assertThat(eni.id()).isNotEqualTo(another.id());
        lab.model.terminate(Ec2TestFixture.INSTANCE);
        assertRefused(FatalProviderException.class, Refusal.INSTANCE_GONE, () -> cloud.attach(another.id(), ATTACH));
        assertRefused(
                FatalProviderException.class,
                Refusal.INSTANCE_GONE,
                () -> lab.cloud().limits());
    }

    @Test
    void requestsPerOperationAreAsStated() {
        int begin = lab.ec2.requests().size();
        CloudEni eni = cloud.create(lab.request());
        assertThat(lab.requestsSince(begin))
                .containsExactly(
                        "DescribeInstances", "DescribeInstanceTypes", "DescribeSubnets", "CreateNetworkInterface");
        int create = lab.ec2.requests().size();
        cloud.create(lab.request());
        assertThat(lab.requestsSince(create)).containsExactly("CreateNetworkInterface");
        int describe = lab.ec2.requests().size();
        cloud.describe();
        assertThat(lab.requestsSince(describe)).containsExactly("DescribeNetworkInterfaces");
        int attach = lab.ec2.requests().size();
        cloud.attach(eni.id(), ATTACH);
        assertThat(lab.requestsSince(attach))
                .containsExactly(
                        "DescribeNetworkInterfaces",
                        "DescribeNetworkInterfaces",
                        "AttachNetworkInterface",
                        "ModifyNetworkInterfaceAttribute");
        int detach = lab.ec2.requests().size();
        cloud.detach(eni.id());
        assertThat(lab.requestsSince(detach)).containsExactly("DescribeNetworkInterfaces", "DetachNetworkInterface");
        int delete = lab.ec2.requests().size();
        cloud.delete(eni.id());
        assertThat(lab.requestsSince(delete)).containsExactly("DescribeNetworkInterfaces", "DeleteNetworkInterface");
        int limits = lab.ec2.requests().size();
        cloud.limits();
        assertThat(lab.requestsSince(limits)).containsExactly("DescribeNetworkInterfaces");
    }

    @Test
    void cld40_credentialsThatAreRefusedAreFatalAndNotShown() {
        EniCloud refused = lab.cloud(Map.of(), Ec2TestFixture.OWNER_TAG, "another-secret");
        assertThatThrownBy(refused::describe)
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
        EniCloud without = lab.cloud(Map.of(), Ec2TestFixture.OWNER_TAG, () -> {
            throw SdkClientException.create("Unable to load credentials from any of the providers in the chain");
        });
        assertThatThrownBy(() -> without.create(lab.request()))
                .isInstanceOfSatisfying(
                        FatalProviderException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.NOT_PERMITTED))
                .hasMessageContaining("Unable to load credentials");
        assertThat(lab.ec2.requests()).isEmpty();
    }

    private boolean endsWithInstance(CloudEni eni) {
        return lab.simulatedEni(eni.id()).attachment().orElseThrow().deleteOnTermination();
    }

    private static void assertRefused(
            Class<? extends ProviderException> type, Refusal refusal, ThrowingCallable operation) {
        assertThatThrownBy(operation)
                .isInstanceOfSatisfying(
                        ProviderException.class, e -> assertThat(e.refusal()).isEqualTo(refusal))
                .isExactlyInstanceOf(type);
    }
}
