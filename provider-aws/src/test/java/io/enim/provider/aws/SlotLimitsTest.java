package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.emulator.adapter.AdapterFixture;
import io.enim.provider.NodeIdentity;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesResponse;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;

/** What others' interfaces cost on an instance with four slots on its first card, and others on cards of another kind. */
class SlotLimitsTest {
    private static final String INSTANCE = "i-1";

    /** Each as its kind, card and index; the instance's own interface is there besides. */
    @ParameterizedTest
    @CsvSource({
        "'', '', 3",
        "efa-only 1 1, '', 3",
        "efa-only 1 0 + efa-only 2 0 + efa-only 3 0, '', 3",
        "efa-only 0 2, '', 2",
        "trunk 0 1, '', 2",
        "branch 0 0, '', 3",
        "interface 0 1 + interface 0 2 + interface 0 3, '', 0",
        "efa-only 1 1, 1, 0",
        "interface 0 1, '0,1', 3"
    })
    void anInterfaceThatIsNotOursCostsTheSlotItHas(String others, String cards, int expected) {
        List<NetworkInterface> attached = new ArrayList<>(List.of(attached("interface 0 0")));
        for (String each : others.isEmpty() ? new String[0] : others.split(" \\+ ")) {
            attached.add(attached(each));
        }
        AwsSettings settings = Ec2TestFixture.read(cards.isEmpty() ? Map.of() : Map.of("network-cards", cards));
        AwsCloud cloud = new AwsCloud(
                settings,
                new NodeIdentity(INSTANCE, "us-east-1a"),
                new Ec2Calls(new ScriptedClient(attached)),
                () -> {},
                AdapterFixture.OWNER_TAG,
                Clock.systemUTC());
        assertThat(cloud.limits().maxEnis()).isEqualTo(expected);
    }

    private static NetworkInterface attached(String what) {
        String[] words = what.split(" ");
        return NetworkInterface.builder()
                .networkInterfaceId("eni-" + what.replace(' ', '-'))
                .interfaceType(words[0])
                .attachment(at -> at.instanceId(INSTANCE)
                        .networkCardIndex(Integer.valueOf(words[1]))
                        .deviceIndex(Integer.valueOf(words[2])))
                .build();
    }

    @SuppressWarnings("unchecked") // The SDK's builders take arrays of generic consumers.
    private record ScriptedClient(List<NetworkInterface> attached) implements Ec2Client {
        @Override
        public String serviceName() {
            return "ec2";
        }

        @Override
        public void close() {}

        @Override
        public DescribeNetworkInterfacesResponse describeNetworkInterfaces(DescribeNetworkInterfacesRequest request) {
            return DescribeNetworkInterfacesResponse.builder()
                    .networkInterfaces(attached)
                    .build();
        }

        @Override
        public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
            return DescribeInstancesResponse.builder()
                    .reservations(reservation -> reservation.instances(made -> made.instanceId(INSTANCE)
                            .instanceType("p5.48xlarge")
                            .state(now -> now.name("running"))
                            .networkInterfaces(first -> first.vpcId("vpc-1")
                                    .subnetId("subnet-1")
                                    .attachment(at -> at.deviceIndex(0).networkCardIndex(0)))))
                    .build();
        }

        /** Fewer in all than the cards have together. */
        @Override
        public DescribeInstanceTypesResponse describeInstanceTypes(DescribeInstanceTypesRequest request) {
            return DescribeInstanceTypesResponse.builder()
                    .instanceTypes(type -> type.instanceType("p5.48xlarge")
                            .networkInfo(network -> network.maximumNetworkInterfaces(4)
                                    .defaultNetworkCardIndex(0)
                                    .networkCards(
                                            card -> card.networkCardIndex(0).maximumNetworkInterfaces(4),
                                            card -> card.networkCardIndex(1).maximumNetworkInterfaces(2),
                                            card -> card.networkCardIndex(2).maximumNetworkInterfaces(2),
                                            card -> card.networkCardIndex(3).maximumNetworkInterfaces(2))))
                    .build();
        }
    }
}
