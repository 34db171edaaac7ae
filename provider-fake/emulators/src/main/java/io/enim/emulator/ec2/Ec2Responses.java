package io.enim.emulator.ec2;

import io.enim.EniAddress;
import io.enim.IpLiteral;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedEni.Attachment;
import io.enim.provider.fake.region.SimulatedEni.State;
import io.enim.provider.fake.region.Subnet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** EC2's objects in XML; names as in the API reference, version 2016-11-15. */
final class Ec2Responses {
    private static final String OWNER = "111122223333";

    private Ec2Responses() {}

    /** The interface's status; whether it is being attached or detached is in the attachment's. */
    static String status(SimulatedEni each) {
        return each.state() == State.AVAILABLE ? "available" : "in-use";
    }

    static void networkInterface(Xml xml, SimulatedEni each, String status, Ec2OnlyState ec2OnlyState) {
        xml.text("networkInterfaceId", each.id());
        xml.text("subnetId", each.subnetId());
        xml.text("vpcId", Ec2OnlyState.VPC);
        xml.text("availabilityZone", ec2OnlyState.zone(each));
        xml.text("description", Ec2OnlyState.description(each));
        xml.text("ownerId", OWNER);
        xml.text("requesterManaged", false);
        xml.text("status", status);
        xml.text("macAddress", each.mac());
        each.ipv4().ifPresent(address -> xml.text("privateIpAddress", text(address)));
        xml.text("sourceDestCheck", true);
        xml.text("interfaceType", "interface");
        groups(xml, each);
        each.attachment()
                .ifPresent(attachment -> xml.group("attachment", item -> {
                    attachment(item, each, attachment);
                    item.text("instanceId", attachment.instanceId());
                    item.text("instanceOwnerId", OWNER);
                }));
        tags(xml, Ec2OnlyState.tags(each));
        xml.set(
                "privateIpAddressesSet",
                each.ipv4().stream().toList(),
                (item, address) -> item.text("privateIpAddress", text(address)).text("primary", true));
        xml.set(
                "ipv6AddressesSet",
                Ec2OnlyState.ipv6(each).stream().toList(),
                (item, address) -> item.text("ipv6Address", text(address)).text("isPrimaryIpv6", false));
    }

    static void subnet(Xml xml, Subnet each, int free, Map<String, String> tags) {
        xml.text("subnetId", each.id());
        xml.text("state", "available");
        xml.text("vpcId", Ec2OnlyState.VPC);
        each.ipv4().ifPresent(block -> xml.text("cidrBlock", block));
        xml.text("availableIpAddressCount", free);
        xml.text("availabilityZone", each.zone());
        xml.set(
                "ipv6CidrBlockAssociationSet",
                each.ipv6().stream().toList(),
                (item, block) -> item.text("associationId", "subnet-cidr-assoc-" + each.id())
                        .text("ipv6CidrBlock", block)
                        .group("ipv6CidrBlockState", state -> state.text("state", "associated")));
        tags(xml, tags);
    }

    /** An instance; an unknown one is terminated, without interfaces. */
    static void instance(Xml xml, String id, Optional<Instance> instance, Ec2OnlyState ec2OnlyState) {
        xml.text("instanceId", id);
        xml.group(
                "instanceState",
                item -> item.text("code", instance.isPresent() ? 16 : 48)
                        .text("name", instance.isPresent() ? "running" : "terminated"));
        instance.ifPresent(each -> {
            xml.text("instanceType", InstanceTypes.of(each.maxEnis() + 1));
            xml.group(
                    "placement",
                    item -> item.text("availabilityZone", each.zone()).text("tenancy", "default"));
            xml.text("vpcId", Ec2OnlyState.VPC);
            SimulatedEni own = ec2OnlyState.primaryInterface(each);
            xml.set("networkInterfaceSet", List.of(own), (item, one) -> {
                item.text("networkInterfaceId", one.id());
                item.text("subnetId", one.subnetId());
                item.text("vpcId", Ec2OnlyState.VPC);
                item.text("status", status(one));
                item.text("macAddress", one.mac());
                groups(item, one);
                one.attachment().ifPresent(at -> item.group("attachment", inner -> attachment(inner, one, at)));
            });
        });
    }

    static void instanceType(Xml xml, String type) {
        int interfaces = InstanceTypes.interfaces(type);
        xml.text("instanceType", type);
        xml.group("networkInfo", network -> {
            network.text("maximumNetworkInterfaces", interfaces);
            network.text("maximumNetworkCards", 1);
            network.text("defaultNetworkCardIndex", 0);
            network.text("ipv6Supported", true);
            network.set(
                    "networkCards",
                    List.of(0),
                    (item, card) -> item.text("networkCardIndex", card).text("maximumNetworkInterfaces", interfaces));
        });
    }

    private static void attachment(Xml xml, SimulatedEni eni, Attachment each) {
        xml.text("attachmentId", each.id());
        xml.text("networkCardIndex", 0);
        xml.text("deviceIndex", each.number());
        xml.text(
                "status",
                switch (eni.state()) {
                    case ATTACHING -> "attaching";
                    case IN_USE -> "attached";
                    case DETACHING -> "detaching";
                    case AVAILABLE -> "detached";
                });
        xml.text("deleteOnTermination", each.deleteOnTermination());
    }

    private static void groups(Xml xml, SimulatedEni each) {
        xml.set(
                "groupSet",
                Ec2OnlyState.groups(each),
                (item, group) -> item.text("groupId", group).text("groupName", group));
    }

    private static void tags(Xml xml, Map<String, String> tags) {
        xml.set(
                "tagSet",
                tags.entrySet(),
                (item, tag) -> item.text("key", tag.getKey()).text("value", tag.getValue()));
    }

    private static String text(EniAddress address) {
        return IpLiteral.format(address.address());
    }
}
