package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.CloudEni.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.CreateNetworkInterfaceRequest;
import software.amazon.awssdk.services.ec2.model.CreateNetworkInterfaceResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesResponse;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.NetworkCardInfo;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;
import software.amazon.awssdk.services.ec2.model.Reservation;

/** Answers that EC2 may give and the emulator does not. */
class UnknownValuesTest {
    @ParameterizedTest
    @CsvSource({
        "available, , AVAILABLE",
        "available, detached, AVAILABLE",
        "available, attaching, ATTACHING",
        "in-use, attaching, ATTACHING",
        "in-use, attached, ATTACHED",
        "in-use, detaching, DETACHING",
        "in-use, detached, DETACHING",
        "in-use, , OTHER",
        "in-use, thinking, OTHER",
        "attaching, , ATTACHING",
        "detaching, attached, DETACHING",
        "pending, , OTHER",
        "associated, , OTHER",
        "thinking, , OTHER",
        ", , OTHER"
    })
    void cld03_aStatusThatIsNotKnownIsOther(String status, String attachment, Status expected) {
        NetworkInterface.Builder each = NetworkInterface.builder().status(status);
        if (attachment != null) {
            each.attachment(
                    NetworkInterfaceAttachment.builder().status(attachment).build());
        }
        assertThat(EniReader.status(each.build())).isEqualTo(expected);
    }

    @Test
    void cld01_pagesThatLeadBackAreAnError() {
        Ec2Calls calls = new Ec2Calls(new Scripted() {
            @Override
            public DescribeNetworkInterfacesResponse describeNetworkInterfaces(
                    DescribeNetworkInterfacesRequest request) {
                return DescribeNetworkInterfacesResponse.builder()
                        .nextToken("again")
                        .build();
            }
        });
        assertThatThrownBy(() -> calls.interfaces("all", List.of()))
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining("the pages do not end");
    }

    @Test
    void aCreationThatNamesNothingIsAmbiguous() {
        Ec2Calls calls = new Ec2Calls(new Scripted() {
            @Override
            public CreateNetworkInterfaceResponse createNetworkInterface(CreateNetworkInterfaceRequest request) {
                return CreateNetworkInterfaceResponse.builder().build();
            }
        });
        assertThatThrownBy(() ->
                        calls.create(CreateNetworkInterfaceRequest.builder().build()))
                .isInstanceOf(AmbiguousProviderException.class);
    }

    @Test
    void slotsBeginAtOneOnEveryCardThatIsUsed() {
        Ec2Calls calls = new Ec2Calls(new Cards("running"));
        InstanceInfo onDefault = InstanceInfo.load(calls, "i-1", List.of());
        assertThat(onDefault.slots()).containsExactly(new InterfaceSlot(0, 1), new InterfaceSlot(0, 2));
        assertThat(onDefault.maximum()).isEqualTo(6);
        InstanceInfo onBoth = InstanceInfo.load(calls, "i-1", List.of(1, 0));
        assertThat(onBoth.slots())
                .containsExactly(
                        new InterfaceSlot(1, 1),
                        new InterfaceSlot(1, 2),
                        new InterfaceSlot(0, 1),
                        new InterfaceSlot(0, 2));
        assertThat(onBoth.slots()).extracting(InterfaceSlot::number).doesNotHaveDuplicates();
    }

    @Test
    void anInstanceThatIsStoppingIsGone() {
        assertThatThrownBy(() -> InstanceInfo.load(new Ec2Calls(new Cards("shutting-down")), "i-1", List.of()))
                .isInstanceOfSatisfying(
                        FatalProviderException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.INSTANCE_GONE));
    }

    /** A client of which only the scripted calls answer. */
    private static class Scripted implements Ec2Client {
        @Override
        public String serviceName() {
            return "ec2";
        }

        @Override
        public void close() {}
    }

    /** An instance of a type with two cards of three interfaces. */
    private static final class Cards extends Scripted {
        private final String state;

        Cards(String state) {
            this.state = state;
        }

        @Override
        public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
            InstanceNetworkInterface first = InstanceNetworkInterface.builder()
                    .vpcId("vpc-1")
                    .subnetId("subnet-1")
                    .attachment(at -> at.deviceIndex(0).networkCardIndex(0))
                    .build();
            Instance instance = Instance.builder()
                    .instanceId("i-1")
                    .instanceType("p4d.24xlarge")
                    .state(now -> now.name(state))
                    .networkInterfaces(List.of(first))
                    .build();
            return DescribeInstancesResponse.builder()
                    .reservations(List.of(
                            Reservation.builder().instances(List.of(instance)).build()))
                    .build();
        }

        @Override
        public DescribeInstanceTypesResponse describeInstanceTypes(DescribeInstanceTypesRequest request) {
            return DescribeInstanceTypesResponse.builder()
                    .instanceTypes(InstanceTypeInfo.builder()
                            .instanceType("p4d.24xlarge")
                            .networkInfo(network -> network.maximumNetworkInterfaces(6)
                                    .defaultNetworkCardIndex(0)
                                    .networkCards(card(0), card(1)))
                            .build())
                    .build();
        }

        private static NetworkCardInfo card(int index) {
            return NetworkCardInfo.builder()
                    .networkCardIndex(index)
                    .maximumNetworkInterfaces(3)
                    .build();
        }
    }
}
