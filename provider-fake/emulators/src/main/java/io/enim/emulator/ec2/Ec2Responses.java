// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.ec2;

import io.enim.EniAddress;
import io.enim.IpLiteral;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.InstanceState;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedEni.Attachment;
import io.enim.provider.fake.region.SimulatedEni.State;
import io.enim.provider.fake.region.Subnet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** EC2's objects for {@link Xml}; names as in the API reference, version 2016-11-15. */
final class Ec2Responses {
    private static final String OWNER = "111122223333";
    /** The region's instances have a limit and no type; the type's name contains the limit, their own included. */
    private static final String TYPE = "emulated.";

    private Ec2Responses() {}

    /** The interface's status; whether it is being attached or detached is in the attachment's. */
    static String status(SimulatedEni each) {
        return each.state() == State.AVAILABLE ? "available" : "in-use";
    }

    static Map<String, Object> networkInterface(SimulatedEni each, String status, Ec2OnlyState ec2State) {
        Map<String, Object> members = common(each, status);
        members.put("availabilityZone", ec2State.zone(each));
        members.put("description", Ec2OnlyState.description(each));
        members.put("ownerId", OWNER);
        members.put("requesterManaged", false);
        each.ipv4().ifPresent(address -> members.put("privateIpAddress", text(address)));
        members.put("sourceDestCheck", true);
        members.put("interfaceType", "interface");
        each.attachment().ifPresent(at -> {
            Map<String, Object> attachment = attachment(each, at);
            attachment.put("instanceId", at.instanceId());
            attachment.put("instanceOwnerId", OWNER);
            members.put("attachment", attachment);
        });
        members.put("tagSet", tags(Ec2OnlyState.tags(each)));
        members.put("privateIpAddressesSet", addresses(each.ipv4(), "privateIpAddress", "primary", true));
        members.put("ipv6AddressesSet", addresses(Ec2OnlyState.ipv6(each), "ipv6Address", "isPrimaryIpv6", false));
        return members;
    }

    /** What an interface has both by itself and in its instance. */
    private static Map<String, Object> common(SimulatedEni each, String status) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("networkInterfaceId", each.id());
        members.put("subnetId", each.subnetId());
        members.put("vpcId", Ec2OnlyState.VPC);
        members.put("status", status);
        members.put("macAddress", each.mac());
        List<?> groups = Ec2OnlyState.groups(each).stream()
                .map(group -> Map.of("groupId", group, "groupName", group))
                .toList();
        members.put("groupSet", groups);
        return members;
    }

    private static List<?> addresses(Optional<EniAddress> address, String name, String flag, boolean isPrimary) {
        return address.stream()
                .map(at -> Map.of(name, text(at), flag, isPrimary))
                .toList();
    }

    static Map<String, Object> subnet(Subnet each, int free, Map<String, String> tags) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("subnetId", each.id());
        members.put("state", "available");
        members.put("vpcId", Ec2OnlyState.VPC);
        each.ipv4().ifPresent(block -> members.put("cidrBlock", block));
        members.put("availableIpAddressCount", free);
        members.put("availabilityZone", each.zone());
        each.ipv6().ifPresent(block -> {
            Map<String, Object> association = new LinkedHashMap<>();
            association.put("associationId", "subnet-cidr-assoc-" + each.id());
            association.put("ipv6CidrBlock", block);
            association.put("ipv6CidrBlockState", Map.of("state", "associated"));
            members.put("ipv6CidrBlockAssociationSet", List.of(association));
        });
        members.put("tagSet", tags(tags));
        return members;
    }

    /** An instance; an unknown one is terminated, without interfaces. */
    static Map<String, Object> instance(
            String id, Optional<Instance> instance, InstanceState state, Ec2OnlyState ec2State) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("instanceId", id);
        members.put("instanceState", Map.of("code", 48, "name", "terminated"));
        instance.ifPresent(each -> {
            members.put(
                    "instanceState",
                    switch (state) {
                        case NOT_VISIBLE, STARTING -> Map.of("code", 0, "name", "pending");
                        case RUNNING -> Map.of("code", 16, "name", "running");
                        case STOPPED -> Map.of("code", 80, "name", "stopped");
                    });
            members.put("instanceType", TYPE + (each.maxEnis() + 1));
            members.put("placement", Map.of("availabilityZone", each.zone(), "tenancy", "default"));
            members.put("vpcId", Ec2OnlyState.VPC);
            SimulatedEni own = ec2State.primaryInterface(each);
            Map<String, Object> primary = common(own, status(own));
            own.attachment().ifPresent(at -> primary.put("attachment", attachment(own, at)));
            members.put("networkInterfaceSet", List.of(primary));
        });
        return members;
    }

    static boolean isType(String text) {
        return text.matches("emulated\\.\\d{1,4}");
    }

    static Map<String, Object> instanceType(String type) {
        int interfaces = Integer.parseInt(type.substring(TYPE.length()));
        Map<String, Object> network = new LinkedHashMap<>();
        network.put("maximumNetworkInterfaces", interfaces);
        network.put("maximumNetworkCards", 1);
        network.put("defaultNetworkCardIndex", 0);
        network.put("ipv6Supported", true);
        network.put("networkCards", List.of(Map.of("networkCardIndex", 0, "maximumNetworkInterfaces", interfaces)));
        return Map.of("instanceType", type, "networkInfo", network);
    }

    private static Map<String, Object> attachment(SimulatedEni eni, Attachment each) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("attachmentId", each.id());
        members.put("networkCardIndex", 0);
        members.put("deviceIndex", each.number());
        members.put(
                "status",
                switch (eni.state()) {
                    case ATTACHING -> "attaching";
                    case IN_USE -> "attached";
                    case DETACHING -> "detaching";
                    case AVAILABLE -> "detached";
                });
        members.put("deleteOnTermination", each.deleteOnTermination());
        return members;
    }

    private static List<?> tags(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag -> Map.of("key", tag.getKey(), "value", tag.getValue()))
                .toList();
    }

    private static String text(EniAddress address) {
        return IpLiteral.format(address.address());
    }
}
