package io.enim.emulator.ec2;

import static io.enim.emulator.ec2.Ec2Error.refused;

import io.enim.provider.fake.region.CloudRefusal;
import io.enim.provider.fake.region.CloudRefusal.Reason;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedEni.Attachment;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** EC2's actions that describe, by filter and by page. */
final class DescribeActions {
    private static final int LEAST = 5;
    private static final int MOST = 1000;

    private final SimulatedRegion model;
    private final Ec2OnlyState ec2State;
    private final Set<String> instancesSeen = ConcurrentHashMap.newKeySet();
    private volatile int pageSize = MOST;

    DescribeActions(SimulatedRegion model, Ec2OnlyState ec2State) {
        this.model = model;
        this.ec2State = ec2State;
    }

    /** The cloud may answer fewer than asked for. */
    void pageSize(int most) {
        pageSize = most;
    }

    Consumer<Xml> interfaces(QueryParameters queryParameters) {
        Map<String, List<String>> filters = queryParameters.filters();
        int asked = queryParameters.number("MaxResults", MOST);
        if (asked < LEAST || asked > MOST) {
            throw refused(
                    "InvalidParameterValue",
                    "Value ( " + asked + " ) for parameter maxResults is invalid. Expecting a value between " + LEAST
                            + " and " + MOST + ".");
        }
        Optional<String> token = queryParameters.text("NextToken").filter(text -> !text.isEmpty());
        SimulatedRegion.Page page =
                model.describe(eni -> matches(filters, filter -> value(eni, filter)), token, Math.min(asked, pageSize));
        List<SimulatedEni> found = new ArrayList<>();
        if (token.isEmpty()) {
            filters.getOrDefault("attachment.instance-id", List.of()).stream()
                    .flatMap(id -> instance(id).stream())
                    .map(ec2State::primaryInterface)
                    .filter(own -> matches(filters, filter -> value(own, filter)))
                    .forEach(found::add);
        }
        found.addAll(page.enis());
        return xml -> {
            xml.set(
                    "networkInterfaceSet",
                    found,
                    (item, each) -> Ec2Responses.networkInterface(item, each, ec2State.status(each), ec2State));
            page.next().ifPresent(next -> xml.text("nextToken", next));
        };
    }

    Consumer<Xml> subnets(QueryParameters queryParameters) {
        Map<String, List<String>> filters = queryParameters.filters();
        Map<Subnet, Integer> all = model.subnets();
        List<Subnet> found = all.keySet().stream()
                .filter(subnet -> matches(filters, filter -> value(subnet, filter)))
                .toList();
        return xml -> xml.set(
                "subnetSet",
                found,
                (item, each) -> Ec2Responses.subnet(item, each, all.getOrDefault(each, 0), ec2State.tags(each)));
    }

    Consumer<Xml> instances(QueryParameters queryParameters) {
        List<String> ids = queryParameters.filters().getOrDefault("instance-id", List.of());
        Map<String, Optional<Instance>> found = new LinkedHashMap<>();
        for (String id : ids) {
            Optional<Instance> instance = instance(id);
            // A terminated instance is described for a while.
            if (instance.isPresent() || instancesSeen.contains(id)) {
                found.put(id, instance);
            }
        }
        instancesSeen.addAll(found.keySet());
        return xml -> xml.set("reservationSet", found.entrySet(), (item, each) -> {
            item.text("reservationId", "r-0emulated");
            item.set(
                    "instancesSet",
                    List.of(each),
                    (one, host) -> Ec2Responses.instance(one, host.getKey(), host.getValue(), ec2State));
        });
    }

    Consumer<Xml> instanceTypes(QueryParameters queryParameters) {
        List<String> types = queryParameters.list("InstanceType");
        types.stream().filter(type -> !InstanceTypes.isOne(type)).findFirst().ifPresent(type -> {
            throw refused("InvalidInstanceType", "The following supplied instance types do not exist: [" + type + "]");
        });
        return xml -> xml.set("instanceTypeSet", types, Ec2Responses::instanceType);
    }

    private Optional<Instance> instance(String id) {
        try {
            return Optional.of(model.instance(id));
        } catch (CloudRefusal e) {
            if (e.reason() == Reason.NO_SUCH_INSTANCE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean matches(Map<String, List<String>> filters, Function<String, Optional<String>> value) {
        return filters.entrySet().stream()
                .allMatch(filter -> value.apply(filter.getKey())
                        .filter(filter.getValue()::contains)
                        .isPresent());
    }

    private static Optional<String> value(SimulatedEni each, String filter) {
        return switch (filter) {
            case "network-interface-id" -> Optional.of(each.id());
            case "attachment.instance-id" -> each.attachment().map(Attachment::instanceId);
            case "subnet-id" -> Optional.of(each.subnetId());
            case "status" -> Optional.of(Ec2Responses.status(each));
            case "vpc-id" -> Optional.of(Ec2OnlyState.VPC);
            default -> tag(Ec2OnlyState.tags(each), filter);
        };
    }

    private Optional<String> value(Subnet each, String filter) {
        return switch (filter) {
            case "subnet-id" -> Optional.of(each.id());
            case "availability-zone" -> Optional.of(each.zone());
            case "vpc-id" -> Optional.of(Ec2OnlyState.VPC);
            default -> tag(ec2State.tags(each), filter);
        };
    }

    private static Optional<String> tag(Map<String, String> tags, String filter) {
        if (!filter.startsWith("tag:")) {
            throw refused("InvalidParameterValue", "The filter '" + filter + "' is invalid");
        }
        return Optional.ofNullable(tags.get(filter.substring("tag:".length())));
    }
}
