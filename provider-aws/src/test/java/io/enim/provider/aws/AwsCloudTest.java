package io.enim.provider.aws;

import static io.enim.emulator.adapter.AdapterFixture.OWNER_TAG;
import static io.enim.emulator.adapter.AdapterFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Cidr;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.SettingsException;
import io.enim.emulator.ec2.WireFault;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeLimits;
import io.enim.provider.OwnerTag;
import io.enim.provider.fake.region.ApiCall;
import io.enim.provider.fake.region.Faults.Kind;
import io.enim.provider.fake.region.InstanceState;
import io.enim.provider.fake.region.SimulatedEni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;

/** Each call on the wire, and the rules of the narrow door that it keeps. */
class AwsCloudTest {
    private static final AttachRequest ATTACH = new AttachRequest("attach-1");
    private static final OwnerTag NEIGHBOUR = new OwnerTag("prod", "node-8");
    private static final Class<RetryableProviderException> RETRYABLE = RetryableProviderException.class;
    private static final Class<FatalProviderException> FATAL = FatalProviderException.class;

    private final Ec2TestFixture lab = Ec2TestFixture.small();
    private final EniCloud cloud = lab.cloud();

    @AfterEach
    void close() {
        lab.close();
    }

    private CloudEni neighbours() {
        return lab.cloud(Map.of(), NEIGHBOUR).create(new CreateRequest("other-1", NEIGHBOUR));
    }

    @Test
    void anEniIsCreatedWithAddressesGatewaysAndGroups() {
        CloudEni eni = cloud.create(lab.request());
        SimulatedEni truth = lab.simulatedEni(eni.id());
        assertThat(eni.mac()).isEqualTo(truth.mac());
        assertThat(eni.subnetId()).isEqualTo("subnet-1");
        assertThat(eni.ipv4()).isPresent().isEqualTo(truth.ipv4()).hasValueSatisfying(address -> {
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
        refused(FATAL, Refusal.TOKEN_MISMATCH, () -> cloud.create(new CreateRequest(request.token(), NEIGHBOUR)));
    }

    @Test
    void cld11_theOwnerTagIsSetInTheCreateRequest() {
        CloudEni eni = lab.cloud(Map.of("tags", "team=net")).create(lab.request());
        assertThat(eni.ownerTag()).contains(OWNER_TAG);
        assertThat(lab.simulatedEni(eni.id()).tags())
                .containsEntry("enim:cluster", "prod")
                .containsEntry("enim:node", "node-7")
                .containsEntry("team", "net")
                // The VPC CNI of EKS adopts what lacks it.
                .containsEntry("node.k8s.amazonaws.com/no_manage", "true");
        assertThat(lab.requests()).doesNotContain("CreateTags");
    }

    @Test
    void cld12_anEniThatIsNotVisibleYetIsNeverTakenForGone() {
        lab.timing(Duration.ZERO, Duration.ofSeconds(30));
        CloudEni eni = cloud.create(lab.request());
        assertThat(cloud.describe()).isEmpty();
        refused(RETRYABLE, Refusal.NOT_FOUND, () -> cloud.attach(eni.id(), ATTACH));
        refused(RETRYABLE, Refusal.NOT_FOUND, () -> cloud.detach(eni.id()));
        refused(RETRYABLE, Refusal.NOT_FOUND, () -> cloud.delete(eni.id()));
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
        neighbours();
        List<CloudEni> described = cloud.describe();
        assertThat(described).extracting(CloudEni::id).containsExactlyInAnyOrder(free.id(), attached.id());
        assertThat(described)
                .filteredOn(eni -> eni.id().equals(attached.id()))
                .allMatch(eni -> eni.isAttachedTo(Ec2TestFixture.INSTANCE) && eni.number() == 1);
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
        assertThatThrownBy(cloud::describe).isInstanceOf(RETRYABLE);
        assertThat(cloud.describe()).hasSize(5);
    }

    @Test
    void attachingIsSeenAsSuchUntilItIsDone() {
        lab.timing(Duration.ofSeconds(3), Duration.ZERO);
        CloudEni eni = cloud.create(lab.request());
        assertThat(eni.status()).isEqualTo(Status.OTHER);
        cloud.attach(eni.id(), ATTACH);
        assertThat(cloud.describe()).extracting(CloudEni::status).containsExactly(Status.ATTACHING);
        lab.advance(Duration.ofSeconds(3));
        assertThat(cloud.describe()).extracting(CloudEni::status).containsExactly(Status.ATTACHED);
        cloud.detach(eni.id());
        assertThat(cloud.describe()).extracting(CloudEni::status).containsExactly(Status.DETACHING);
        refused(RETRYABLE, Refusal.WRONG_STATE, () -> cloud.delete(eni.id()));
        cloud.detach(eni.id());
        lab.advance(Duration.ofSeconds(3));
        assertThat(cloud.describe()).extracting(CloudEni::status).containsExactly(Status.AVAILABLE);
        assertThat(lab.requests()).containsOnlyOnce("DetachNetworkInterface");
    }

    @Test
    void cld20_attachedAlreadyIsSuccessWithoutASecondRequest() {
        CloudEni eni = lab.attached(cloud);
        cloud.attach(eni.id(), ATTACH);
        lab.cloud().attach(eni.id(), ATTACH);
        assertThat(lab.requests()).containsOnlyOnce("AttachNetworkInterface");
    }

    @Test
    void cld21_beyondTheLimitIsFatalAndAsksNothingOfTheCloud() {
        IntStream.range(0, 3).forEach(i -> lab.attached(cloud));
        CloudEni fourth = cloud.create(lab.request());
        assertThat(lab.requestsOf(() -> refused(FATAL, Refusal.ENI_LIMIT, () -> cloud.attach(fourth.id(), ATTACH))))
                .containsOnly("DescribeNetworkInterfaces");
    }

    @Test
    void cld30_detachOfWhatIsNotAttachedOrGoneIsSuccess() {
        CloudEni eni = cloud.create(lab.request());
        cloud.detach(eni.id());
        cloud.detach("eni-0ffffffff");
        assertThat(lab.requests()).doesNotContain("DetachNetworkInterface");
    }

    @Test
    void cld31_deleteOfWhatIsGoneIsSuccess() {
        CloudEni eni = cloud.create(lab.request());
        cloud.delete(eni.id());
        cloud.delete(eni.id());
        assertThat(lab.requests()).containsOnlyOnce("DeleteNetworkInterface");
    }

    @Test
    void cld32_deleteNeverDetaches() {
        CloudEni eni = lab.attached(cloud);
        refused(RETRYABLE, Refusal.WRONG_STATE, () -> cloud.delete(eni.id()));
        assertThat(lab.requests()).doesNotContain("DeleteNetworkInterface", "DetachNetworkInterface");
    }

    @Test
    void p9_whatIsNotOursIsNotTouched() {
        List<String> others = List.of(lab.attachForeign(2), neighbours().id());
        assertThat(lab.requestsOf(() -> others.forEach(id -> {
                    refused(FATAL, Refusal.OTHER, () -> cloud.attach(id, ATTACH));
                    refused(FATAL, Refusal.OTHER, () -> cloud.detach(id));
                    refused(FATAL, Refusal.OTHER, () -> cloud.delete(id));
                })))
                .containsOnly("DescribeNetworkInterfaces");
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
        assertThat(lab.requestsOf(cloud::describe)).containsExactly("DescribeNetworkInterfaces");
    }

    private boolean endsWithInstance(CloudEni eni) {
        return lab.simulatedEni(eni.id()).attachment().orElseThrow().deleteOnTermination();
    }

    @Test
    void limitsAreTheTypesWithoutTheInstancesOwnAndForeignOnes() {
        assertThat(cloud.limits()).isEqualTo(new NodeLimits(3));
        lab.attached(cloud);
        lab.attachForeign(3);
        assertThat(cloud.limits()).isEqualTo(new NodeLimits(2));
    }

    @Test
    void whatWouldRaiseTheLimitNamesTheInstanceType() {
        assertThat(cloud.howToGetMore())
                .as("nothing is known yet, and nothing is asked")
                .isEmpty();
        lab.attachForeign(2);
        cloud.limits();
        assertThat(lab.requestsOf(() -> assertThat(cloud.howToGetMore())
                        .hasValueSatisfying(text -> assertThat(text)
                                .contains("a larger instance type than emulated.4, which takes 3 ENIs")
                                .contains("not ENIM's take 1"))))
                .isEmpty();
    }

    /** EC2 says the same of one that starts as of one that has ended, in several wordings. */
    @Test
    void aStartingInstanceIsRetriedAndNeverSaidToBeGone() {
        CloudEni eni = cloud.create(lab.request());
        Map.of(InstanceState.STARTING, Refusal.WRONG_STATE, InstanceState.NOT_VISIBLE, Refusal.NOT_FOUND)
                .forEach((state, refusal) -> {
                    lab.model.instanceState(Ec2TestFixture.INSTANCE, state);
                    for (int i = 0; i < 4; i++) {
                        refused(RETRYABLE, refusal, () -> cloud.attach(eni.id(), ATTACH));
                    }
                });
        lab.model.instanceState(Ec2TestFixture.INSTANCE, InstanceState.RUNNING);
        cloud.attach(eni.id(), ATTACH);
        CloudEni another = cloud.create(lab.request());
        lab.model.instanceState(Ec2TestFixture.INSTANCE, InstanceState.STOPPED);
        refused(FATAL, Refusal.INSTANCE_GONE, () -> cloud.attach(another.id(), ATTACH))
                .hasMessageContaining("it is stopped");
    }

    @Test
    void anInstanceThatEc2DoesNotShowYetIsAskedForFiveMinutesBeforeItIsGone() {
        lab.model.instanceState(Ec2TestFixture.INSTANCE, InstanceState.NOT_VISIBLE);
        refused(RETRYABLE, Refusal.NOT_FOUND, cloud::limits);
        lab.advance(Duration.ofMinutes(5));
        refused(FATAL, Refusal.INSTANCE_GONE, cloud::limits).hasMessageContaining("correct instance-id or region");
    }

    /** An asterisk and a question mark are wildcards in the value of a filter. */
    @Test
    void anOwnerWhoseNameHasWildcardsFindsItsOwnAndNoOthers() {
        OwnerTag wild = new OwnerTag("pr*d", "n\\o?e");
        EniCloud other = lab.cloud(Map.of(), wild);
        cloud.create(lab.request());
        CloudEni made = other.create(new CreateRequest("wild-1", wild));
        assertThat(other.describe()).extracting(CloudEni::id).containsExactly(made.id());
        assertThat(cloud.describe()).hasSize(1);
    }

    @Test
    void anOwnerThatNoTagCanHoldIsRefusedAtTheStart() {
        assertThatThrownBy(() -> lab.cloud(Map.of(), new OwnerTag("prod", "n".repeat(257))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("enim.node");
    }

    @Test
    void cld40_a401HasEc2sCodeTextAndRequestId() {
        EniCloud unknown = lab.cloud(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIAUNKNOWN", "s")));
        refused(FATAL, Refusal.NOT_PERMITTED, unknown::describe)
                .message()
                .contains("AuthFailure, status 401", "AWS was not able to validate the provided access credentials")
                .containsPattern("request [0-9a-f]{8}-");
    }

    @Test
    void aTerminatedInstanceTakesNothingMore() {
        CloudEni eni = lab.attached(cloud);
        CloudEni another = cloud.create(lab.request());
        assertThat(eni.id()).isNotEqualTo(another.id());
        lab.model.terminate(Ec2TestFixture.INSTANCE);
        refused(FATAL, Refusal.INSTANCE_GONE, () -> cloud.attach(another.id(), ATTACH));
        refused(FATAL, Refusal.INSTANCE_GONE, () -> lab.cloud().limits());
    }

    @Test
    void requestsPerOperationAreAsStated() {
        assertThat(lab.requestsOf(() -> cloud.create(lab.request())))
                .containsExactly(
                        "DescribeInstances", "DescribeInstanceTypes", "DescribeSubnets", "CreateNetworkInterface");
        assertThat(lab.requestsOf(() -> cloud.create(lab.request()))).containsExactly("CreateNetworkInterface");
        assertThat(lab.requestsOf(cloud::describe)).containsExactly("DescribeNetworkInterfaces");
        String id = cloud.describe().get(0).id();
        assertThat(lab.requestsOf(() -> cloud.attach(id, ATTACH)))
                .containsExactly(
                        "DescribeNetworkInterfaces",
                        "DescribeNetworkInterfaces",
                        "AttachNetworkInterface",
                        "ModifyNetworkInterfaceAttribute");
        assertThat(lab.requestsOf(() -> cloud.detach(id)))
                .containsExactly("DescribeNetworkInterfaces", "DetachNetworkInterface");
        assertThat(lab.requestsOf(() -> cloud.delete(id)))
                .containsExactly("DescribeNetworkInterfaces", "DeleteNetworkInterface");
        assertThat(lab.requestsOf(cloud::limits)).containsExactly("DescribeNetworkInterfaces");
    }

    @Test
    void cld40_credentialsThatAreRefusedAreFatalAndNotShown() {
        EniCloud refused = lab.cloud(Ec2TestFixture.credentials("another-secret"));
        refused(FATAL, Refusal.NOT_PERMITTED, refused::describe)
                .message()
                .contains("SignatureDoesNotMatch")
                .doesNotContain("another-secret");
        assertThat(lab.requests()).isEmpty();
    }

    @Test
    void cld40_noCredentialsAreFatalAndNothingIsSent() {
        EniCloud without = lab.cloud(() -> {
            throw SdkClientException.create("Unable to load credentials from any of the providers in the chain");
        });
        refused(FATAL, Refusal.NOT_PERMITTED, () -> without.create(lab.request()))
                .hasMessageContaining("Unable to load credentials");
        assertThat(lab.requests()).isEmpty();
    }
}
