package io.enim.provider.fake.ec2;

import static io.enim.provider.fake.ec2.Ec2Error.refused;

import io.enim.provider.fake.model.CloudModel;
import io.enim.provider.fake.model.Instance;
import io.enim.provider.fake.model.ModelEni;
import io.enim.provider.fake.model.ModelEni.Attachment;
import io.enim.provider.fake.model.Refused;
import io.enim.provider.fake.model.Refused.Reason;
import io.enim.provider.fake.model.Subnet;
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
final class Descriptions {
    private static final int LEAST = 5;
    private static final int MOST = 1000;

    private final CloudModel model;
    private final Estate estate;
    private final Set<String> instancesSeen = ConcurrentHashMap.newKeySet();
    private volatile int pageSize = MOST;

    Descriptions(CloudModel model, Estate estate) {
        this.model = model;
        this.estate = estate;
    }

    /** The cloud may answer fewer than asked for. */
    void pageSize(int most) {
        pageSize = most;
    }

    Consumer<Xml> interfaces(Query query) {
        Map<String, List<String>> filters = query.filters();
        int asked = query.number("MaxResults", MOST);
        if (asked < LEAST || asked > MOST) {
            throw refused(
                    "InvalidParameterValue",
                    "Value ( " + asked + " ) for parameter maxResults is invalid. Expecting a value between " + LEAST
                            + " and " + MOST + ".");
        }
        Optional<String> token = query.text("NextToken").filter(text -> !text.isEmpty());
        CloudModel.Page page =
                model.describe(eni -> matches(filters, filter -> value(eni, filter)), token, Math.min(asked, pageSize));
        List<ModelEni> found = new ArrayList<>();
        if (token.isEmpty()) {
            filters.getOrDefault("attachment.instance-id", List.of()).stream()
                    .flatMap(id -> instance(id).stream())
                    .map(estate::own)
                    .filter(own -> matches(filters, filter -> value(own, filter)))
                    .forEach(found::add);
        }
        found.addAll(page.enis());
        return xml -> {
            xml.set(
                    "networkInterfaceSet",
                    found,
                    (item, each) -> Answers.networkInterface(item, each, estate.status(each), estate));
            page.next().ifPresent(next -> xml.text("nextToken", next));
        };
    }

    Consumer<Xml> subnets(Query query) {
        Map<String, List<String>> filters = query.filters();
        Map<Subnet, Integer> all = model.subnets();
        List<Subnet> found = all.keySet().stream()
                .filter(subnet -> matches(filters, filter -> value(subnet, filter)))
                .toList();
        return xml -> xml.set(
                "subnetSet",
                found,
                (item, each) -> Answers.subnet(item, each, all.getOrDefault(each, 0), estate.tags(each)));
    }

    Consumer<Xml> instances(Query query) {
        List<String> ids = query.filters().getOrDefault("instance-id", List.of());
        Map<String, Optional<Instance>> found = new LinkedHashMap<>();
        for (String id : ids) {
            Optional<Instance> instance = instance(id);
            // An instance that is gone is shown as terminated for a while.
            if (instance.isPresent() || instancesSeen.contains(id)) {
                found.put(id, instance);
            }
        }
        instancesSeen.addAll(found.keySet());
        return xml -> xml.set("reservationSet", found.entrySet(), (item, each) -> {
            item.text("reservationId", "r-0standin");
            item.set(
                    "instancesSet",
                    List.of(each),
                    (one, host) -> Answers.instance(one, host.getKey(), host.getValue(), estate));
        });
    }

    Consumer<Xml> instanceTypes(Query query) {
        List<String> types = query.list("InstanceType");
        types.stream().filter(type -> !InstanceTypes.isOne(type)).findFirst().ifPresent(type -> {
            throw refused("InvalidInstanceType", "The following supplied instance types do not exist: [" + type + "]");
        });
        return xml -> xml.set("instanceTypeSet", types, Answers::instanceType);
    }

    private Optional<Instance> instance(String id) {
        try {
            return Optional.of(model.instance(id));
        } catch (Refused e) {
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

    private static Optional<String> value(ModelEni each, String filter) {
        return switch (filter) {
            case "network-interface-id" -> Optional.of(each.id());
            case "attachment.instance-id" -> each.attachment().map(Attachment::instanceId);
            case "subnet-id" -> Optional.of(each.subnetId());
            case "status" -> Optional.of(Answers.status(each));
            case "vpc-id" -> Optional.of(Estate.VPC);
            default -> tag(Estate.tags(each), filter);
        };
    }

    private Optional<String> value(Subnet each, String filter) {
        return switch (filter) {
            case "subnet-id" -> Optional.of(each.id());
            case "availability-zone" -> Optional.of(each.zone());
            case "vpc-id" -> Optional.of(Estate.VPC);
            default -> tag(estate.tags(each), filter);
        };
    }

    private static Optional<String> tag(Map<String, String> tags, String filter) {
        if (!filter.startsWith("tag:")) {
            throw refused("InvalidParameterValue", "The filter '" + filter + "' is invalid");
        }
        return Optional.ofNullable(tags.get(filter.substring("tag:".length())));
    }
}
