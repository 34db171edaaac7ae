// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.provider.support.CloudRequest;
import io.enim.provider.support.ProviderErrors;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
 * @param slots every slot ENIM may use, in the order to fill them
 * @param maximum how many interfaces the instance type allows over all cards
 */
record InstanceInfo(
        String vpcId, String subnetId, List<String> securityGroups, List<InterfaceSlot> slots, int maximum) {
    /** Far more than any instance type has. */
    private static final int MAX_INTERFACES = 1024;

    private static final Set<String> ENDING = Set.of("shutting-down", "terminated", "stopping", "stopped");

    /** Asks EC2: two calls. An instance that is unknown or not running is a {@link FatalProviderException}. */
    static InstanceInfo load(Ec2Calls calls, String instanceId, List<Integer> cards) {
        Instance instance = calls.instances(instanceId).stream()
                .filter(each -> instanceId.equals(each.instanceId()))
                .findFirst()
                .orElseThrow(() -> unusable(instanceId, "EC2 does not know it; correct instance-id or region"));
        String state =
                instance.state() == null ? "" : String.valueOf(instance.state().nameAsString());
        if (ENDING.contains(state)) {
            throw unusable(instanceId, "it is " + state);
        }
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
        List<Integer> interfaces = Stream.concat(
                        Stream.of(network.maximumNetworkInterfaces()),
                        network.networkCards().stream().map(NetworkCardInfo::maximumNetworkInterfaces))
                .toList();
        if (interfaces.stream().anyMatch(count -> orZero(count) < 1 || count > MAX_INTERFACES)) {
            throw incomplete(instanceId, "numbers of interfaces that cannot be: " + interfaces);
        }
        return new InstanceInfo(
                first.vpcId(),
                first.subnetId(),
                first.groups().stream().map(GroupIdentifier::groupId).toList(),
                slots(network, cards.isEmpty() ? List.of(orZero(network.defaultNetworkCardIndex())) : cards),
                network.maximumNetworkInterfaces());
    }

    /** Index 0 of every card is left out: on the first card it is the instance's own interface. */
    private static List<InterfaceSlot> slots(NetworkInfo network, List<Integer> cards) {
        if (network.networkCards().isEmpty()) {
            return slots(0, network.maximumNetworkInterfaces()).toList();
        }
        return network.networkCards().stream()
                .filter(card -> cards.contains(orZero(card.networkCardIndex())))
                .sorted(Comparator.comparingInt(card -> cards.indexOf(orZero(card.networkCardIndex()))))
                .flatMap(card -> slots(orZero(card.networkCardIndex()), card.maximumNetworkInterfaces()))
                .toList();
    }

    private static Stream<InterfaceSlot> slots(int card, @Nullable Integer interfaces) {
        return IntStream.range(1, orZero(interfaces)).mapToObj(index -> new InterfaceSlot(card, index));
    }

    static int orZero(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    private static FatalProviderException unusable(String instanceId, String why) {
        String message = "DescribeInstances " + instanceId + ": " + why + "; nothing can be attached";
        return new FatalProviderException(Refusal.INSTANCE_GONE, "", message);
    }

    private static ProviderException incomplete(String instanceId, String what) {
        CloudRequest request = CloudRequest.reading("DescribeInstances", instanceId);
        return ProviderErrors.lost(request, "the answer has " + what, null);
    }
}
