// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.Cidr;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.SettingsException;
import io.enim.provider.support.Ipv6Mode;
import io.enim.provider.support.SubnetRotation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.SubnetState;

/**
 * The subnets: the blocks of those with ENIs, which do not change, and those to create in, most free addresses first.
 * One that was full is not tried for a while. Safe for concurrent use; no lock is held while EC2 is asked.
 */
final class Subnets {
    static final Duration FULL_PAUSE = Duration.ofMinutes(2);
    private static final Duration FRESH = Duration.ofMinutes(1);

    private record Choice(List<Subnet> subnets, Instant until) {}

    private final Ec2Calls calls;
    private final AwsSettings settings;
    private final String zone;
    private final Supplier<InstanceInfo> instanceInfo;
    private final Clock clock;
    private final Map<String, List<Cidr>> blocks = new ConcurrentHashMap<>();
    private final SubnetRotation<Subnet> rotation;
    private volatile @Nullable Choice choice;

    Subnets(Ec2Calls calls, AwsSettings settings, String zone, Supplier<InstanceInfo> instanceInfo, Clock clock) {
        this.calls = calls;
        this.settings = settings;
        this.zone = zone;
        this.instanceInfo = instanceInfo;
        this.clock = clock;
        this.rotation = new SubnetRotation<>(Subnet::subnetId, FULL_PAUSE, clock);
    }

    /** The blocks of these subnets; asks EC2 only for those that are not known yet. */
    Map<String, List<Cidr>> blocks(Collection<String> subnetIds) {
        learn(subnetIds.stream().filter(id -> !blocks.containsKey(id)).collect(Collectors.toSet()));
        return blocks;
    }

    /** Asks EC2 again for blocks: a subnet may have been given one, or the answer before was incomplete. */
    void learn(Set<String> subnetIds) {
        if (!subnetIds.isEmpty()) {
            calls.subnets(String.join(",", subnetIds), List.of(Ec2Calls.where("subnet-id", subnetIds)))
                    .forEach(this::remember);
        }
    }

    <T> T create(String token, SubnetRotation.Attempt<Subnet, T> create) {
        return rotation.create(token, this::candidates, (subnet, clientToken) -> {
            try {
                return create.create(subnet, clientToken);
            } catch (RetryableProviderException e) {
                if (e.refusal() == Refusal.SUBNET_FULL) {
                    choice = null;
                }
                throw e;
            }
        });
    }

    private List<Subnet> candidates() {
        Instant now = clock.instant();
        Choice current = choice;
        if (current == null || !now.isBefore(current.until())) {
            current = new Choice(describeUsable(), now.plus(FRESH));
            choice = current;
        }
        List<Subnet> open = current.subnets().stream()
                .filter(subnet -> !rotation.isFull(subnet))
                .toList();
        if (open.isEmpty()) {
            String message = "create: every subnet in " + zone + " was full within the last " + FULL_PAUSE.toMinutes()
                    + " minutes: " + rotation.everFull() + "; add subnets to enim.provider.aws.subnets, or wait";
            throw new RetryableProviderException(Refusal.SUBNET_FULL, "", message);
        }
        return open;
    }

    /** Whether a new ENI in this subnet gets an IPv6 address. */
    boolean wantsIpv6(Subnet subnet) {
        return settings.ipv6().assigns(hasIpv6(subnet));
    }

    private boolean hasIpv6(Subnet subnet) {
        return blocks.getOrDefault(subnet.subnetId(), List.of()).stream().anyMatch(block -> !block.isIpv4());
    }

    private List<Subnet> describeUsable() {
        List<Filter> filters = new ArrayList<>();
        List<String> ids = settings.subnets();
        boolean isByTag = ids.isEmpty() && !settings.subnetTags().isEmpty();
        if (isByTag) {
            settings.subnetTags().forEach((name, value) -> filters.add(Ec2Calls.where("tag:" + name, List.of(value))));
            filters.add(Ec2Calls.where("vpc-id", List.of(instanceInfo.get().vpcId())));
        } else {
            filters.add(Ec2Calls.where(
                    "subnet-id", ids.isEmpty() ? List.of(instanceInfo.get().subnetId()) : ids));
        }
        String key = isByTag ? "subnet-tags" : "subnets";
        List<Subnet> found = calls.subnets("by " + key + " for " + zone, filters);
        found.forEach(this::remember);
        List<Subnet> usable = found.stream()
                .filter(subnet -> zone.equals(subnet.availabilityZone()))
                .filter(Subnets::isAvailable)
                .filter(this::isOnSameOutpost)
                .filter(subnet -> settings.ipv6().admits(hasIpv6(subnet)))
                .sorted(Comparator.comparingInt(Subnets::free).reversed().thenComparing(Subnet::subnetId))
                .toList();
        if (usable.isEmpty()) {
            String why = "none of " + found.stream().map(Subnet::subnetId).toList() + " is available in zone " + zone
                    + (outpost().isEmpty() ? "" : " on Outpost " + outpost())
                    + (settings.ipv6() == Ipv6Mode.REQUIRED ? " with an IPv6 block" : "")
                    + "; an ENI is attached only inside its zone";
            throw new SettingsException("enim.provider.aws." + key, why);
        }
        return usable;
    }

    private static boolean isAvailable(Subnet subnet) {
        return subnet.stateAsString() == null || subnet.state() == SubnetState.AVAILABLE;
    }

    /** An Outpost has the name of its zone, and subnets of its own. */
    private boolean isOnSameOutpost(Subnet subnet) {
        return Objects.requireNonNullElse(subnet.outpostArn(), "").equals(outpost());
    }

    private String outpost() {
        return instanceInfo.get().outpost();
    }

    private static int free(Subnet subnet) {
        return InstanceInfo.orZero(subnet.availableIpAddressCount());
    }

    private void remember(Subnet subnet) {
        List<Cidr> found = new ArrayList<>();
        if (subnet.cidrBlock() != null && !subnet.cidrBlock().isEmpty()) {
            found.add(Cidr.parse(subnet.cidrBlock()));
        }
        subnet.ipv6CidrBlockAssociationSet().stream()
                .filter(association -> association.ipv6CidrBlockState() == null
                        || "associated".equals(association.ipv6CidrBlockState().stateAsString()))
                .forEach(association -> found.add(Cidr.parse(association.ipv6CidrBlock())));
        blocks.put(subnet.subnetId(), List.copyOf(found));
    }
}
