package io.enim.provider.aws;

import static io.enim.emulator.adapter.AdapterFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.support.AdapterCalls;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsResponse;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkCardInfo;
import software.amazon.awssdk.services.ec2.model.NetworkInfo;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceIpv6Address;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.Tag;

/** Answers with parts missing or impossible: each is an error of ENIM, and none is remembered. */
class IncompleteAnswersTest {
    private final ScriptedClient client = new ScriptedClient();
    private final Ec2Calls calls = new Ec2Calls(client);
    private final HostInstance host = new HostInstance(calls, "i-1", Clock.systemUTC());
    private final Subnets subnets = new Subnets(
            calls,
            Ec2TestFixture.read(Map.of()),
            "eu-west-1a",
            () -> {
                throw new IllegalStateException("the instance is not asked about here");
            },
            Clock.systemUTC());
    private final EniReader reader = new EniReader(subnets);

    private void incomplete(String missing) {
        assertThatThrownBy(() -> InstanceInfo.load(calls, host, List.of()))
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining(missing);
    }

    @Test
    void anInstanceWithoutASubnetIsAskedAboutAgain() {
        client.first = first -> first.subnetId(null);
        incomplete("no subnet");
        client.first = first -> first;
        assertThat(InstanceInfo.load(calls, host, List.of()).subnetId()).isEqualTo("subnet-1");
    }

    @Test
    void aTypeWithoutItsNumberOfInterfacesOrWithAnImpossibleOneIsAskedAboutAgain() {
        for (Integer impossible : new Integer[] {null, 0, -1, Integer.MAX_VALUE}) {
            client.network = network -> network.maximumNetworkInterfaces(impossible);
            incomplete("numbers of interfaces");
            client.network = network -> network.networkCards(List.of(NetworkCardInfo.builder()
                    .maximumNetworkInterfaces(impossible)
                    .build()));
            incomplete("numbers of interfaces");
        }
    }

    /** One that takes only interfaces of another kind may have no number. */
    @Test
    void aCardThatIsNotUsedMayBeOfAnyKind() {
        client.network = network -> network.networkCards(
                NetworkCardInfo.builder()
                        .networkCardIndex(1)
                        .maximumNetworkInterfaces(0)
                        .build(),
                NetworkCardInfo.builder()
                        .networkCardIndex(0)
                        .maximumNetworkInterfaces(3)
                        .build());
        assertThat(InstanceInfo.load(calls, host, List.of()).slots())
                .containsExactly(new InterfaceSlot(0, 1), new InterfaceSlot(0, 2));
    }

    @Test
    void anInstanceWithoutTheNameOfItsStateIsTakenAsRunning() {
        client.hasStateName = false;
        assertThat(InstanceInfo.load(calls, host, List.of()).slots()).hasSize(3);
    }

    private static NetworkInterface eni(Consumer<NetworkInterface.Builder> change) {
        return NetworkInterface.builder()
                .networkInterfaceId("eni-1")
                .macAddress("02:00:00:00:00:01")
                .subnetId("subnet-1")
                .privateIpAddress("10.0.1.7")
                .applyMutation(change)
                .build();
    }

    @Test
    void aSubnetWithoutItsBlockIsAskedAboutAgain() {
        List<NetworkInterface> one = List.of(eni(eni -> {}));
        client.block = null;
        assertThatThrownBy(() -> reader.read(one)).isInstanceOf(RetryableProviderException.class);
        client.block = "10.0.1.0/24";
        assertThat(reader.read(one))
                .singleElement()
                .satisfies(eni -> assertThat(eni.ipv4()).isPresent());
    }

    /** One such ENI costs its own place, and not the whole list. */
    @Test
    void anAddressThatNoBlockOfItsSubnetHoldsIsLeftOutAndTheOthersAreRead() {
        List<NetworkInterface> two =
                List.of(eni(eni -> eni.networkInterfaceId("eni-2").privateIpAddress("10.9.9.9")), eni(eni -> {}));
        assertThat(reader.read(two))
                .satisfiesExactly(
                        lacking -> assertThat(lacking.ipv4()).isEmpty(),
                        whole -> assertThat(whole.ipv4()).isPresent());
    }

    /** As the adapter's callers see it: no error leaves it that is not the cloud's. */
    @Test
    void cld32_whateverIsMissingOrMalformedIsAnErrorOfTheCloud() {
        List<Consumer<NetworkInterface.Builder>> flaws = List.of(
                eni -> eni.subnetId(null),
                eni -> eni.networkInterfaceId(null),
                eni -> eni.macAddress("02:00"),
                eni -> eni.privateIpAddress("10.0.1"),
                eni -> eni.ipv6Addresses(List.of(NetworkInterfaceIpv6Address.builder()
                        .ipv6Address("06464::")
                        .build())),
                eni -> eni.ipv6Addresses(List.of(NetworkInterfaceIpv6Address.builder()
                        .isPrimaryIpv6(true)
                        .build())),
                eni -> eni.tagSet(List.of(
                        Tag.builder().key("enim:cluster").build(),
                        Tag.builder().key("enim:node").value("n").build())));
        AdapterCalls adapter = new AdapterCalls("aws", () -> {});
        client.block = "10.0.1";
        assertThatThrownBy(() -> adapter.read("describe", () -> reader.read(List.of(eni(eni -> {})))))
                .isInstanceOf(RetryableProviderException.class);
        client.block = "10.0.1.0/24";
        List<Integer> read = new ArrayList<>();
        for (int i = 0; i < flaws.size(); i++) {
            NetworkInterface flawed = eni(flaws.get(i));
            try {
                adapter.read("describe", () -> reader.read(List.of(flawed)));
                read.add(i);
            } catch (ProviderException e) {
                assertThat(e).as("flaw %d", i).isInstanceOf(RetryableProviderException.class);
            }
        }
        assertThat(read).as("an ENI whose tags lack a value is of no owner").containsExactly(6);
    }

    @Test
    void anAnswerThatIsNestedTooDeeplyIsLost() {
        client.overflows = true;
        refused(RetryableProviderException.class, Refusal.UNAVAILABLE, () -> calls.instances("i-1"))
                .hasMessageContaining("nested too deeply");
    }

    @SuppressWarnings("unchecked") // The SDK's builders take arrays of generic consumers.
    private static final class ScriptedClient implements Ec2Client {
        private UnaryOperator<InstanceNetworkInterface.Builder> first = made -> made;
        private UnaryOperator<NetworkInfo.Builder> network = made -> made;
        private boolean hasStateName = true;
        private boolean overflows;
        private String block = "10.0.1.0/24";

        @Override
        public String serviceName() {
            return "ec2";
        }

        @Override
        public void close() {}

        @Override
        public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
            if (overflows) {
                throw new StackOverflowError("scripted");
            }
            InstanceNetworkInterface.Builder attached = InstanceNetworkInterface.builder()
                    .vpcId("vpc-1")
                    .subnetId("subnet-1")
                    .attachment(at -> at.deviceIndex(0));
            return DescribeInstancesResponse.builder()
                    .reservations(reservation -> reservation.instances(made -> made.instanceId("i-1")
                            .instanceType("t3.large")
                            .state(now -> now.name(hasStateName ? "running" : null))
                            .networkInterfaces(first.apply(attached).build())))
                    .build();
        }

        @Override
        public DescribeInstanceTypesResponse describeInstanceTypes(DescribeInstanceTypesRequest request) {
            NetworkInfo.Builder info = NetworkInfo.builder()
                    .maximumNetworkInterfaces(4)
                    .networkCards(card -> card.networkCardIndex(0).maximumNetworkInterfaces(4));
            return DescribeInstanceTypesResponse.builder()
                    .instanceTypes(type -> type.instanceType("t3.large")
                            .networkInfo(network.apply(info).build()))
                    .build();
        }

        @Override
        public DescribeSubnetsResponse describeSubnets(DescribeSubnetsRequest request) {
            return DescribeSubnetsResponse.builder()
                    .subnets(Subnet.builder()
                            .subnetId("subnet-1")
                            .cidrBlock(block)
                            .build())
                    .build();
        }
    }
}
