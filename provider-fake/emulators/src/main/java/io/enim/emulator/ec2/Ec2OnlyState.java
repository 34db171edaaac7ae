// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.ec2;

import io.enim.EniAddress;
import io.enim.MacAddress;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedEni.Attachment;
import io.enim.provider.fake.region.SimulatedEni.State;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * State of EC2 that the region does not have: the first interface of each instance, tags of subnets, and further
 * parameters of an interface's creation. The latter are kept in the region's tags, under a prefix that no answer shows, so
 * that they exist as long as the interface.
 */
final class Ec2OnlyState {
    static final String VPC = "vpc-0emulated";
    static final String DEFAULT_GROUP = "sg-0default";
    private static final String HIDDEN_TAG_PREFIX = "ec2-emulator:";
    private static final String GROUPS = HIDDEN_TAG_PREFIX + "groups";
    private static final String DESCRIPTION = HIDDEN_TAG_PREFIX + "description";
    private static final String IPV6 = HIDDEN_TAG_PREFIX + "ipv6";
    private static final String INTENT = HIDDEN_TAG_PREFIX + "intent";
    private static final int PRIMARY_ID_BASE = 0x0f00_0000;

    private final Map<String, Subnet> subnets = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> subnetTags = new ConcurrentHashMap<>();
    /** The status that is reported of an interface, whatever its state is. */
    final Map<String, String> statusOverrides = new ConcurrentHashMap<>();

    Ec2OnlyState(SimulatedRegion model) {
        model.subnets().keySet().forEach(subnet -> subnets.put(subnet.id(), subnet));
    }

    void tagSubnet(String id, Map<String, String> tags) {
        subnetTags.put(id, Map.copyOf(tags));
    }

    Map<String, String> tags(Subnet subnet) {
        return subnetTags.getOrDefault(subnet.id(), Map.of());
    }

    String status(SimulatedEni each) {
        return statusOverrides.getOrDefault(each.id(), Ec2Responses.status(each));
    }

    Optional<Subnet> subnet(String id) {
        return Optional.ofNullable(subnets.get(id));
    }

    String zone(SimulatedEni eni) {
        return subnet(eni.subnetId()).map(Subnet::zone).orElse("");
    }

    /** The interface that an instance starts with: index 0, in the first subnet of its zone. */
    SimulatedEni primaryInterface(Instance instance) {
        Subnet subnet = subnets.values().stream()
                .filter(each -> each.zone().equals(instance.zone()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "the model has no subnet in " + instance.zone() + "; add one before the emulator is made"));
        int serial = PRIMARY_ID_BASE | instance.id().hashCode() & 0xff_ffff;
        return new SimulatedEni(
                "eni-%08x".formatted(serial),
                new MacAddress(0x0200_0000_0000L | serial),
                subnet.id(),
                subnet.ipv4().map(block -> new EniAddress(block.address(2), block, block.address(1))),
                Optional.empty(),
                State.IN_USE,
                Optional.of(new Attachment("eni-attach-%08x".formatted(serial), instance.id(), 0, true)),
                Map.of(),
                "",
                Instant.EPOCH);
    }

    /** The tags that the region keeps for a creation. */
    static Map<String, String> tagsForCreate(QueryParameters query) {
        Map<String, String> tags = new HashMap<>(query.tags("network-interface"));
        tags.put(GROUPS, String.join(",", query.list("SecurityGroupId")));
        tags.put(DESCRIPTION, query.text("Description").orElse(""));
        tags.put(IPV6, Integer.toString(query.number("Ipv6AddressCount", 0)));
        tags.put(INTENT, intent(query));
        return tags;
    }

    /** Whether an interface was created by a request with the same parameters. */
    static boolean isFromSameRequest(SimulatedEni eni, QueryParameters query) {
        return intent(query).equals(eni.tags().get(INTENT));
    }

    private static String intent(QueryParameters query) {
        return new TreeMap<>(query.intent()).toString();
    }

    static Map<String, String> tags(SimulatedEni eni) {
        Map<String, String> shown = new TreeMap<>(eni.tags());
        shown.keySet().removeIf(key -> key.startsWith(HIDDEN_TAG_PREFIX));
        return shown;
    }

    static List<String> groups(SimulatedEni eni) {
        String groups = eni.tags().getOrDefault(GROUPS, "");
        return groups.isEmpty() ? List.of(DEFAULT_GROUP) : List.of(groups.split(","));
    }

    static String description(SimulatedEni eni) {
        return eni.tags().getOrDefault(DESCRIPTION, "");
    }

    /** EC2 assigns IPv6 addresses only when asked; the model always does where the subnet has a block. */
    static Optional<EniAddress> ipv6(SimulatedEni eni) {
        return eni.ipv6().filter(address -> !"0".equals(eni.tags().get(IPV6)));
    }
}
