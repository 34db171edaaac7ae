package io.enim.provider.aws;

import static io.enim.emulator.adapter.AdapterFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.CloudEni.Status;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
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
import software.amazon.awssdk.services.ec2.model.NetworkInterface;

/** Answers that EC2 may give and the emulator does not. */
class UnknownValuesTest {
    private final Ec2Calls calls = new Ec2Calls(new ScriptedClient("running"));

    private static HostInstance host(Ec2Calls calls) {
        return new HostInstance(calls, "i-1", Clock.systemUTC());
    }

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
            each.attachment(at -> at.status(attachment));
        }
        assertThat(EniReader.status(each.build())).isEqualTo(expected);
    }

    @Test
    void cld01_pagesThatLeadBackAreAnError() {
        assertThatThrownBy(() -> calls.interfaces("all", List.of()))
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining("the pages do not end");
    }

    @Test
    void aCreationThatNamesNothingIsAmbiguous() {
        CreateNetworkInterfaceRequest request =
                CreateNetworkInterfaceRequest.builder().build();
        assertThatThrownBy(() -> calls.create(request)).isInstanceOf(AmbiguousProviderException.class);
    }

    @Test
    void slotsBeginAtOneOnEveryCardThatIsUsed() {
        InstanceInfo onDefault = InstanceInfo.load(calls, host(calls), List.of());
        assertThat(onDefault.slots()).containsExactly(new InterfaceSlot(0, 1), new InterfaceSlot(0, 2));
        InstanceInfo onBoth = InstanceInfo.load(calls, host(calls), List.of(1, 0));
        assertThat(onBoth.slots()).extracting(InterfaceSlot::card).containsExactly(1, 1, 0, 0);
        assertThat(onBoth.slots()).extracting(InterfaceSlot::index).containsExactly(1, 2, 1, 2);
        assertThat(onBoth.slots()).extracting(InterfaceSlot::number).doesNotHaveDuplicates();
    }

    @Test
    void anInstanceThatIsStoppingIsGone() {
        Ec2Calls ending = new Ec2Calls(new ScriptedClient("shutting-down"));
        refused(
                FatalProviderException.class,
                Refusal.INSTANCE_GONE,
                () -> InstanceInfo.load(ending, host(ending), List.of()));
    }

    /** Pages that lead back, a creation without an id, and an instance of a type with two cards of three interfaces. */
    @SuppressWarnings("unchecked") // The SDK's builders take arrays of generic consumers.
    private record ScriptedClient(String state) implements Ec2Client {
        @Override
        public String serviceName() {
            return "ec2";
        }

        @Override
        public void close() {}

        @Override
        public DescribeNetworkInterfacesResponse describeNetworkInterfaces(DescribeNetworkInterfacesRequest request) {
            return DescribeNetworkInterfacesResponse.builder()
                    .nextToken("again")
                    .build();
        }

        @Override
        public CreateNetworkInterfaceResponse createNetworkInterface(CreateNetworkInterfaceRequest request) {
            return CreateNetworkInterfaceResponse.builder().build();
        }

        @Override
        public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
            Consumer<Instance.Builder> instance = made -> made.instanceId("i-1")
                    .instanceType("p4d.24xlarge")
                    .state(now -> now.name(state))
                    .networkInterfaces(first -> first.vpcId("vpc-1")
                            .subnetId("subnet-1")
                            .attachment(at -> at.deviceIndex(0).networkCardIndex(0)));
            return DescribeInstancesResponse.builder()
                    .reservations(reservation -> reservation.instances(instance))
                    .build();
        }

        @Override
        public DescribeInstanceTypesResponse describeInstanceTypes(DescribeInstanceTypesRequest request) {
            return DescribeInstanceTypesResponse.builder()
                    .instanceTypes(type -> type.instanceType("p4d.24xlarge")
                            .networkInfo(network -> network.maximumNetworkInterfaces(6)
                                    .defaultNetworkCardIndex(0)
                                    .networkCards(
                                            card -> card.networkCardIndex(0).maximumNetworkInterfaces(3),
                                            card -> card.networkCardIndex(1).maximumNetworkInterfaces(3))))
                    .build();
        }
    }
}
