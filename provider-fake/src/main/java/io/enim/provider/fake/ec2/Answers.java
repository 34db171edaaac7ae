package io.enim.provider.fake.ec2;

import java.util.List;
import java.util.stream.IntStream;

/** How EC2 words its objects in XML; names as in the API reference, version 2016-11-15. */
final class Answers {
    private static final String OWNER = "111122223333";

    private Answers() {}

    static void networkInterface(Xml xml, Ec2Interface each, String vpc) {
        xml.text("networkInterfaceId", each.id());
        xml.text("subnetId", each.subnet().id());
        xml.text("vpcId", vpc);
        xml.text("availabilityZone", each.subnet().zone());
        xml.text("description", each.description());
        xml.text("ownerId", OWNER);
        xml.text("requesterManaged", false);
        xml.text("status", each.status());
        xml.text("macAddress", each.mac());
        xml.text("privateIpAddress", each.ipv4());
        xml.text("sourceDestCheck", true);
        xml.text("interfaceType", "interface");
        groups(xml, each);
        each.attachment()
                .ifPresent(attachment -> xml.group("attachment", item -> {
                    item.text("attachmentId", attachment.id());
                    item.text("instanceId", attachment.instanceId());
                    item.text("instanceOwnerId", OWNER);
                    item.text("networkCardIndex", attachment.card());
                    item.text("deviceIndex", attachment.index());
                    item.text("status", attachment.status());
                    item.text("deleteOnTermination", Actions.endsWithInstance(attachment));
                }));
        xml.set(
                "tagSet",
                each.tags().entrySet(),
                (item, tag) -> item.text("key", tag.getKey()).text("value", tag.getValue()));
        xml.set(
                "privateIpAddressesSet",
                List.of(each.ipv4()),
                (item, address) -> item.text("privateIpAddress", address).text("primary", true));
        xml.set(
                "ipv6AddressesSet",
                each.ipv6().stream().toList(),
                (item, address) -> item.text("ipv6Address", address).text("isPrimaryIpv6", false));
    }

    static void subnet(Xml xml, Ec2Subnet each, String vpc, int free) {
        xml.text("subnetId", each.id());
        xml.text("state", "available");
        xml.text("vpcId", vpc);
        xml.text("cidrBlock", each.ipv4());
        xml.text("availableIpAddressCount", free);
        xml.text("availabilityZone", each.zone());
        xml.set(
                "ipv6CidrBlockAssociationSet",
                each.ipv6().stream().toList(),
                (item, block) -> item.text("associationId", "subnet-cidr-assoc-" + each.id())
                        .text("ipv6CidrBlock", block)
                        .group("ipv6CidrBlockState", state -> state.text("state", "associated")));
        xml.set(
                "tagSet",
                each.tags().entrySet(),
                (item, tag) -> item.text("key", tag.getKey()).text("value", tag.getValue()));
    }

    static void instance(Xml xml, Ec2Instance each, String state, List<Ec2Interface> all, String vpc) {
        List<Ec2Interface> attached = all.stream()
                .filter(one -> one.attachment()
                        .filter(attachment -> attachment.instanceId().equals(each.id()))
                        .isPresent())
                .toList();
        xml.text("instanceId", each.id());
        xml.group(
                "instanceState",
                item -> item.text("code", state.equals("running") ? 16 : 48).text("name", state));
        xml.text("instanceType", each.type());
        xml.group(
                "placement", item -> item.text("availabilityZone", each.zone()).text("tenancy", "default"));
        xml.text("vpcId", vpc);
        xml.set("networkInterfaceSet", attached, (item, one) -> {
            item.text("networkInterfaceId", one.id());
            item.text("subnetId", one.subnet().id());
            item.text("vpcId", vpc);
            item.text("status", one.status());
            item.text("macAddress", one.mac());
            groups(item, one);
            one.attachment()
                    .ifPresent(attachment -> item.group(
                            "attachment",
                            inner -> inner.text("attachmentId", attachment.id())
                                    .text("deviceIndex", attachment.index())
                                    .text("networkCardIndex", attachment.card())
                                    .text("status", attachment.status())
                                    .text("deleteOnTermination", Actions.endsWithInstance(attachment))));
        });
    }

    static void instanceType(Xml xml, Ec2Instance each) {
        xml.text("instanceType", each.type());
        xml.group("networkInfo", network -> {
            network.text("maximumNetworkInterfaces", each.maximum());
            network.text("maximumNetworkCards", each.interfacesPerCard().size());
            network.text("defaultNetworkCardIndex", 0);
            network.text("ipv6Supported", true);
            network.set(
                    "networkCards",
                    IntStream.range(0, each.interfacesPerCard().size()).boxed().toList(),
                    (item, card) -> item.text("networkCardIndex", card)
                            .text(
                                    "maximumNetworkInterfaces",
                                    each.interfacesPerCard().get(card)));
        });
    }

    private static void groups(Xml xml, Ec2Interface each) {
        xml.set(
                "groupSet",
                each.groups(),
                (item, group) -> item.text("groupId", group).text("groupName", group));
    }
}
