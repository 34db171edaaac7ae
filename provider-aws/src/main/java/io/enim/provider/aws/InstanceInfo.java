// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.ProviderException;
import io.enim.provider.support.CloudRequest;
import io.enim.provider.support.ProviderErrors;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.NetworkCardInfo;
import software.amazon.awssdk.services.ec2.model.NetworkInfo;

/**
 * What of the instance does not change while it runs; subnet and groups are those of its first interface.
 *
 * @param outpost the Outpost it is on; empty in a region
 * @param type the name of its type
 * @param slots every slot ENIM may use, in the order to fill them
 */
record InstanceInfo(
        String vpcId,
        String subnetId,
        String outpost,
        List<String> securityGroups,
        String type,
        List<InterfaceSlot> slots) {
    /** Far more than any instance type has. */
    private static final int MAX_INTERFACES = 1024;

    /** Asks EC2: two calls. An instance that has ended is a {@link FatalProviderException}. */
    static InstanceInfo load(Ec2Calls calls, HostInstance host, List<Integer> cards) {
        String instanceId = host.id();
        Instance instance = host.require();
        InstanceNetworkInterface first = instance.networkInterfaces().stream()
                .filter(each -> each.attachment() != null
                        && orZero(each.attachment().deviceIndex()) == 0
                        && orZero(each.attachment().networkCardIndex()) == 0)
                .findFirst()
                .orElseThrow(() -> incomplete(instanceId, "no first interface"));
        NetworkInfo network = calls.instanceType(instance.instanceTypeAsString()).stream()
                .filter(type -> instance.instanceTypeAsString().equals(type.instanceTypeAsString()))
                .map(InstanceTypeInfo::networkInfo)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> incomplete(instanceId, "no network of its type " + instance.instanceTypeAsString()));
        // What is remembered for as long as the process lives has to be complete.
        if (first.vpcId() == null || first.subnetId() == null) {
            throw incomplete(instanceId, "no VPC or no subnet of its first interface");
        }
        // Other cards may be of any kind: some take only interfaces without addresses, or none.
        List<NetworkCardInfo> used =
                used(network, cards.isEmpty() ? List.of(orZero(network.defaultNetworkCardIndex())) : cards);
        List<Integer> interfaces = Stream.concat(
                        Stream.of(network.maximumNetworkInterfaces()),
                        used.stream().map(NetworkCardInfo::maximumNetworkInterfaces))
                .toList();
        if (interfaces.stream().anyMatch(count -> orZero(count) < 1 || count > MAX_INTERFACES)) {
            throw incomplete(instanceId, "numbers of interfaces that cannot be: " + interfaces);
        }
        return new InstanceInfo(
                first.vpcId(),
                first.subnetId(),
                Optional.ofNullable(instance.outpostArn()).orElse(""),
                first.groups().stream().map(GroupIdentifier::groupId).toList(),
                instance.instanceTypeAsString(),
                network.networkCards().isEmpty()
                        ? slots(0, network.maximumNetworkInterfaces()).toList()
                        : used.stream()
                                .flatMap(
                                        card -> slots(orZero(card.networkCardIndex()), card.maximumNetworkInterfaces()))
                                .toList());
    }

    /** The cards to attach to, in the order of the settings. */
    private static List<NetworkCardInfo> used(NetworkInfo network, List<Integer> cards) {
        return network.networkCards().stream()
                .filter(card -> cards.contains(orZero(card.networkCardIndex())))
                .sorted(Comparator.comparingInt(card -> cards.indexOf(orZero(card.networkCardIndex()))))
                .toList();
    }

    /** Index 0 of every card is left out: on the first card it is the instance's own interface. */
    private static Stream<InterfaceSlot> slots(int card, @Nullable Integer interfaces) {
        return IntStream.range(1, orZero(interfaces)).mapToObj(index -> new InterfaceSlot(card, index));
    }

    static int orZero(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    private static ProviderException incomplete(String instanceId, String what) {
        CloudRequest request = CloudRequest.reading("DescribeInstances", instanceId);
        return ProviderErrors.lost(request, "the answer has " + what, null);
    }
}
