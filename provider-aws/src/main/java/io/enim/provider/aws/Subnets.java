package io.enim.provider.aws;

import io.enim.Cidr;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.SettingsException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Subnet;

/**
 * The subnets: the blocks of those that ENIs lie in, which do not change, and those to create in, most free addresses
 * first. One that was full is left alone for a while. Safe for concurrent use; no lock is held while EC2 is asked.
 */
final class Subnets {
    static final Duration FULL = Duration.ofMinutes(2);
    private static final Duration FRESH = Duration.ofMinutes(1);

    private record Choice(List<Subnet> subnets, Instant until) {}

    private final Ec2Calls calls;
    private final AwsSettings settings;
    private final String zone;
    private final Supplier<InstanceInfo> host;
    private final Clock clock;
    private final Map<String, List<Cidr>> blocks = new ConcurrentHashMap<>();
    private final Map<String, Instant> fullUntil = new ConcurrentHashMap<>();
    private volatile @Nullable Choice choice;

    Subnets(Ec2Calls calls, AwsSettings settings, String zone, Supplier<InstanceInfo> host, Clock clock) {
        this.calls = calls;
        this.settings = settings;
        this.zone = zone;
        this.host = host;
        this.clock = clock;
    }

    /** The blocks of these subnets; asks EC2 only for those it has not answered before. */
    Map<String, List<Cidr>> blocks(Collection<String> subnetIds) {
        Set<String> unknown =
                subnetIds.stream().filter(id -> !blocks.containsKey(id)).collect(Collectors.toSet());
        if (!unknown.isEmpty()) {
            learn(unknown);
        }
        return blocks;
    }

    /** Asks EC2 again for blocks: a subnet that had no IPv6 block may have been given one. */
    void learn(Set<String> subnetIds) {
        calls.subnets(String.join(",", subnetIds), List.of(Ec2Calls.where("subnet-id", subnetIds)))
                .forEach(this::remember);
    }

    /** Where to try to create, in this order; never empty. */
    List<Subnet> candidates() {
        Instant now = clock.instant();
        Choice current = choice;
        if (current == null || !now.isBefore(current.until())) {
            current = new Choice(ask(), now.plus(FRESH));
            choice = current;
        }
        List<Subnet> open = new ArrayList<>(current.subnets());
        open.removeIf(
                subnet -> fullUntil.getOrDefault(subnet.subnetId(), Instant.MIN).isAfter(now));
        if (open.isEmpty()) {
            throw new RetryableProviderException(
                    Refusal.SUBNET_FULL,
                    "",
                    "create: every subnet in " + zone + " was full within the last " + FULL.toMinutes() + " minutes: "
                            + fullUntil.keySet() + "; add subnets to enim.provider.aws.subnets, or wait");
        }
        return open;
    }

    void full(String subnetId) {
        fullUntil.put(subnetId, clock.instant().plus(FULL));
        choice = null;
    }

    /** Whether a new ENI in this subnet gets an IPv6 address. */
    boolean wantsIpv6(Subnet subnet) {
        return settings.ipv6() != AwsSettings.Ipv6.OFF
                && blocks.getOrDefault(subnet.subnetId(), List.of()).stream().anyMatch(block -> !block.isIpv4());
    }

    private List<Subnet> ask() {
        List<Filter> filters = new ArrayList<>();
        String key;
        if (!settings.subnets().isEmpty()) {
            key = "subnets";
            filters.add(Ec2Calls.where("subnet-id", settings.subnets()));
        } else if (!settings.subnetTags().isEmpty()) {
            key = "subnet-tags";
            settings.subnetTags().forEach((name, value) -> filters.add(Ec2Calls.where("tag:" + name, List.of(value))));
            filters.add(Ec2Calls.where("vpc-id", List.of(host.get().vpcId())));
        } else {
            key = "subnets";
            filters.add(Ec2Calls.where("subnet-id", List.of(host.get().subnetId())));
        }
        List<Subnet> found = calls.subnets("by " + key + " for " + zone, filters);
        found.forEach(this::remember);
        List<Subnet> usable = found.stream()
                .filter(subnet -> zone.equals(subnet.availabilityZone()))
                .filter(subnet -> settings.ipv6() != AwsSettings.Ipv6.REQUIRED || wantsIpv6(subnet))
                .sorted(Comparator.comparingInt(
                                (Subnet subnet) -> -InstanceInfo.orZero(subnet.availableIpAddressCount()))
                        .thenComparing(Subnet::subnetId))
                .toList();
        if (usable.isEmpty()) {
            throw new SettingsException(
                    "enim.provider.aws." + key,
                    "none of " + found.stream().map(Subnet::subnetId).toList() + " is in zone " + zone
                            + (settings.ipv6() == AwsSettings.Ipv6.REQUIRED ? " with an IPv6 block" : "")
                            + "; an ENI is attached only inside its zone");
        }
        return usable;
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
