package io.enim.provider.aws;

import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.NetworkCardInfo;
import software.amazon.awssdk.services.ec2.model.NetworkInfo;

/**
 * What of the instance does not change while it runs.
 *
 * @param vpcId its VPC
 * @param subnetId the subnet of its first interface
 * @param securityGroups the groups of its first interface
 * @param slots every slot ENIM may use, in the order to fill them
 * @param maximum how many interfaces the instance type allows over all cards
 */
record InstanceInfo(
        String vpcId, String subnetId, List<String> securityGroups, List<InterfaceSlot> slots, int maximum) {
    private static final Set<String> ENDING = Set.of("shutting-down", "terminated", "stopping", "stopped");

    /**
     * Asks EC2: two calls.
     *
     * @throws FatalProviderException the instance is unknown or not running
     */
    static InstanceInfo load(Ec2Calls calls, String instanceId, List<Integer> cards) {
        Instance instance = calls.instances(instanceId).stream()
                .filter(each -> instanceId.equals(each.instanceId()))
                .findFirst()
                .orElseThrow(() -> unusable(instanceId, "EC2 does not know it; correct instance-id or region"));
        String state = instance.state() == null ? "" : instance.state().nameAsString();
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
        return new InstanceInfo(
                first.vpcId(),
                first.subnetId(),
                first.groups().stream().map(GroupIdentifier::groupId).toList(),
                slots(network, cards.isEmpty() ? List.of(orZero(network.defaultNetworkCardIndex())) : cards),
                orZero(network.maximumNetworkInterfaces()));
    }

    /** Index 0 of every card is left out: on the first card it is the instance's own interface. */
    private static List<InterfaceSlot> slots(NetworkInfo network, List<Integer> cards) {
        List<InterfaceSlot> slots = new ArrayList<>();
        network.networkCards().stream()
                .filter(card -> cards.contains(orZero(card.networkCardIndex())))
                .sorted(Comparator.comparingInt(card -> cards.indexOf(orZero(card.networkCardIndex()))))
                .forEach(card -> addSlots(slots, card));
        if (network.networkCards().isEmpty()) {
            addSlots(
                    slots,
                    NetworkCardInfo.builder()
                            .networkCardIndex(0)
                            .maximumNetworkInterfaces(network.maximumNetworkInterfaces())
                            .build());
        }
        return List.copyOf(slots);
    }

    private static void addSlots(List<InterfaceSlot> slots, NetworkCardInfo card) {
        for (int index = 1; index < orZero(card.maximumNetworkInterfaces()); index++) {
            slots.add(new InterfaceSlot(orZero(card.networkCardIndex()), index));
        }
    }

    static int orZero(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    private static FatalProviderException unusable(String instanceId, String why) {
        return new FatalProviderException(
                Refusal.INSTANCE_GONE,
                "",
                "DescribeInstances " + instanceId + ": " + why + "; nothing can be attached");
    }

    private static RetryableProviderException incomplete(String instanceId, String what) {
        return new RetryableProviderException(
                Refusal.UNAVAILABLE,
                "",
                "DescribeInstances " + instanceId + ": the answer has " + what + "; ask again");
    }
}
