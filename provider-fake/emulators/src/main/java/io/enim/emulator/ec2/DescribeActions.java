// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.ec2;

import static io.enim.emulator.ec2.Ec2Error.invalid;
import static io.enim.emulator.ec2.Ec2Error.refused;

import io.enim.provider.fake.region.CloudRefusal;
import io.enim.provider.fake.region.CloudRefusal.Reason;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.InstanceState;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedEni.Attachment;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** EC2's actions that describe, by filter and by page. */
final class DescribeActions {
    private static final int LEAST = 5;
    private static final int MOST = 1000;

    private final SimulatedRegion model;
    private final Ec2OnlyState ec2State;
    private final Set<String> instancesSeen = ConcurrentHashMap.newKeySet();

    /** The cloud may answer fewer than asked for. */
    volatile int pageSize = MOST;

    DescribeActions(SimulatedRegion model, Ec2OnlyState ec2State) {
        this.model = model;
        this.ec2State = ec2State;
    }

    Map<String, Object> interfaces(QueryParameters query) {
        Map<String, List<String>> filters = query.filters();
        int asked = query.number("MaxResults", MOST);
        if (asked < LEAST || asked > MOST) {
            throw invalid("Value ( " + asked + " ) for parameter maxResults is invalid. Expecting a value between "
                    + LEAST + " and " + MOST + ".");
        }
        Optional<String> token = query.text("NextToken").filter(text -> !text.isEmpty());
        SimulatedRegion.Page page =
                model.describe(eni -> matches(filters, filter -> value(eni, filter)), token, Math.min(asked, pageSize));
        Stream<SimulatedEni> primary = filters.getOrDefault("attachment.instance-id", List.of()).stream()
                .filter(id -> token.isEmpty())
                .flatMap(id -> instance(id).stream())
                .map(ec2State::primaryInterface)
                .filter(own -> matches(filters, filter -> value(own, filter)));
        List<?> found = Stream.concat(primary, page.enis().stream())
                .map(each -> Ec2Responses.networkInterface(each, ec2State.status(each), ec2State))
                .toList();
        Map<String, Object> members = new HashMap<>(Map.of("networkInterfaceSet", found));
        page.next().ifPresent(next -> members.put("nextToken", next));
        return members;
    }

    Map<String, Object> subnets(QueryParameters query) {
        Map<String, List<String>> filters = query.filters();
        List<Map<String, Object>> found = model.subnets().entrySet().stream()
                .filter(entry -> matches(filters, filter -> value(entry.getKey(), filter)))
                .map(entry -> Ec2Responses.subnet(entry.getKey(), entry.getValue(), ec2State.tags(entry.getKey())))
                .toList();
        return Map.of("subnetSet", found);
    }

    Map<String, Object> instances(QueryParameters query) {
        List<Map<String, Object>> reservations = new ArrayList<>();
        for (String id : query.filters().getOrDefault("instance-id", List.of())) {
            InstanceState state = model.instanceState(id);
            Optional<Instance> instance = instance(id).filter(each -> state != InstanceState.NOT_VISIBLE);
            instance.ifPresent(each -> instancesSeen.add(id));
            // A terminated instance is described for a while.
            if (state != InstanceState.NOT_VISIBLE && instancesSeen.contains(id)) {
                List<?> instances = List.of(Ec2Responses.instance(id, instance, state, ec2State));
                reservations.add(Map.of("reservationId", "r-0emulated", "instancesSet", instances));
            }
        }
        return Map.of("reservationSet", reservations);
    }

    Map<String, Object> instanceTypes(QueryParameters query) {
        List<String> types = query.list("InstanceType");
        types.stream().filter(type -> !Ec2Responses.isType(type)).findFirst().ifPresent(type -> {
            throw refused("InvalidInstanceType", "The following supplied instance types do not exist: [" + type + "]");
        });
        List<?> found = types.stream().map(Ec2Responses::instanceType).toList();
        return Map.of("instanceTypeSet", found);
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
                        .filter(text -> filter.getValue().stream().anyMatch(wanted -> matches(wanted, text)))
                        .isPresent());
    }

    /** An asterisk stands for any characters, a question mark for one; a backslash before either, or before itself, for it. */
    private static boolean matches(String wanted, String text) {
        StringBuilder pattern = new StringBuilder();
        for (int i = 0; i < wanted.length(); i++) {
            char at = wanted.charAt(i);
            if (at == '\\' && i + 1 < wanted.length()) {
                i++;
                pattern.append(Pattern.quote(wanted.substring(i, i + 1)));
            } else {
                pattern.append(at == '*' ? ".*" : at == '?' ? "." : Pattern.quote(String.valueOf(at)));
            }
        }
        return Pattern.compile(pattern.toString(), Pattern.DOTALL).matcher(text).matches();
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
            throw invalid("The filter '" + filter + "' is invalid");
        }
        return Optional.ofNullable(tags.get(filter.substring("tag:".length())));
    }
}
