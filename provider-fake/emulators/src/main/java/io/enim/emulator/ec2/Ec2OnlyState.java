package io.enim.provider.fake.ec2;

import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.MacAddress;
import io.enim.provider.fake.model.CloudModel;
import io.enim.provider.fake.model.Instance;
import io.enim.provider.fake.model.ModelEni;
import io.enim.provider.fake.model.ModelEni.Attachment;
import io.enim.provider.fake.model.ModelEni.State;
import io.enim.provider.fake.model.Subnet;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What EC2 has beside the model: the first interface of each instance, tags of subnets, and what a creator said of an
 * interface. The latter is kept in the model's tags, under a prefix that the wire never shows, so that it lives as long
 * as the interface does.
 */
final class Estate {
    static final String VPC = "vpc-0standin";
    static final String DEFAULT_GROUP = "sg-0default";
    private static final String HIDDEN = "ec2-stand-in:";
    private static final String GROUPS = HIDDEN + "groups";
    private static final String DESCRIPTION = HIDDEN + "description";
    private static final String IPV6 = HIDDEN + "ipv6";
    private static final String INTENT = HIDDEN + "intent";
    private static final int OWN_MARK = 0x0f00_0000;

    private final Map<String, Subnet> subnets = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> subnetTags = new ConcurrentHashMap<>();
    private final Map<String, String> sayings = new ConcurrentHashMap<>();

    Estate(CloudModel model) {
        model.subnets().keySet().forEach(subnet -> subnets.put(subnet.id(), subnet));
    }

    void tagSubnet(String id, Map<String, String> tags) {
        subnetTags.put(id, Map.copyOf(tags));
    }

    Map<String, String> tags(Subnet subnet) {
        return subnetTags.getOrDefault(subnet.id(), Map.of());
    }

    void sayStatus(String eniId, Optional<String> status) {
        status.ifPresentOrElse(text -> sayings.put(eniId, text), () -> sayings.remove(eniId));
    }

    /** The status that is told of an interface. */
    String status(ModelEni each) {
        return sayings.getOrDefault(each.id(), Answers.status(each));
    }

    Optional<Subnet> subnet(String id) {
        return Optional.ofNullable(subnets.get(id));
    }

    String zone(ModelEni eni) {
        return subnet(eni.subnetId()).map(Subnet::zone).orElse("");
    }

    /** The interface an instance was born with: index 0, in the first subnet of its zone, in nobody's hands. */
    ModelEni own(Instance instance) {
        Subnet subnet = subnets.values().stream()
                .filter(each -> each.zone().equals(instance.zone()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "the model has no subnet in " + instance.zone() + "; add one before the stand-in is made"));
        int mark = OWN_MARK | instance.id().hashCode() & 0xff_ffff;
        return new ModelEni(
                "eni-%08x".formatted(mark),
                new MacAddress(0x0200_0000_0000L | mark),
                subnet.id(),
                subnet.ipv4().map(Estate::second),
                Optional.empty(),
                State.IN_USE,
                Optional.of(new Attachment("eni-attach-%08x".formatted(mark), instance.id(), 0, true)),
                Map.of(),
                "",
                Instant.EPOCH);
    }

    private static EniAddress second(Cidr block) {
        return new EniAddress(block.address(2), block, block.address(1));
    }

    /** The tags the model is to keep for a creation. */
    static Map<String, String> remembered(Query query) {
        Map<String, String> tags = new HashMap<>(query.tags("network-interface"));
        tags.put(GROUPS, String.join(",", query.list("SecurityGroupId")));
        tags.put(DESCRIPTION, query.text("Description").orElse(""));
        tags.put(IPV6, Integer.toString(query.number("Ipv6AddressCount", 0)));
        tags.put(INTENT, intent(query));
        return tags;
    }

    /** Whether an interface was created by a request with the same parameters. */
    static boolean isOf(ModelEni eni, Query query) {
        return intent(query).equals(eni.tags().get(INTENT));
    }

    private static String intent(Query query) {
        return new TreeMap<>(query.intent()).toString();
    }

    static Map<String, String> tags(ModelEni eni) {
        Map<String, String> shown = new TreeMap<>(eni.tags());
        shown.keySet().removeIf(key -> key.startsWith(HIDDEN));
        return shown;
    }

    static List<String> groups(ModelEni eni) {
        String groups = eni.tags().getOrDefault(GROUPS, "");
        return groups.isEmpty() ? List.of(DEFAULT_GROUP) : List.of(groups.split(","));
    }

    static String description(ModelEni eni) {
        return eni.tags().getOrDefault(DESCRIPTION, "");
    }

    /** EC2 assigns IPv6 addresses only when asked; the model always does where the subnet has a block. */
    static Optional<EniAddress> ipv6(ModelEni eni) {
        return eni.ipv6().filter(address -> !"0".equals(eni.tags().get(IPV6)));
    }
}
