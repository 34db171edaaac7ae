package io.enim.provider.fake.ec2;

import static io.enim.provider.fake.ec2.Ec2Error.refused;

import io.enim.provider.fake.model.CloudModel;
import io.enim.provider.fake.model.ModelEni;
import io.enim.provider.fake.model.ModelEni.Attachment;
import io.enim.provider.fake.model.Subnet;
import java.util.function.Consumer;

/** EC2's actions that change something, over the model: parameters in, XML out. */
final class Actions {
    private final CloudModel model;
    private final Estate estate;
    private final Descriptions descriptions;

    Actions(CloudModel model, Estate estate) {
        this.model = model;
        this.estate = estate;
        this.descriptions = new Descriptions(model, estate);
    }

    void pageSize(int most) {
        descriptions.pageSize(most);
    }

    /** The body of the answer. */
    String answer(Query query, String requestId) {
        Consumer<Xml> content = switch (query.action()) {
            case "DescribeNetworkInterfaces" -> descriptions.interfaces(query);
            case "DescribeSubnets" -> descriptions.subnets(query);
            case "DescribeInstances" -> descriptions.instances(query);
            case "DescribeInstanceTypes" -> descriptions.instanceTypes(query);
            case "CreateNetworkInterface" -> create(query);
            case "AttachNetworkInterface" -> attach(query);
            case "ModifyNetworkInterfaceAttribute" -> modify(query);
            case "DetachNetworkInterface" -> detach(query);
            case "DeleteNetworkInterface" -> {
                model.delete(query.require("NetworkInterfaceId"));
                yield Actions::done;
            }
            default ->
                throw refused("InvalidAction", "The action " + query.action() + " is not valid for this web service.");
        };
        return Xml.answer(query.action(), requestId, content);
    }

    private Consumer<Xml> create(Query query) {
        String subnetId = query.require("SubnetId");
        boolean ipv6Block = estate.subnet(subnetId).flatMap(Subnet::ipv6).isPresent();
        if (query.number("Ipv6AddressCount", 0) > 0 && !ipv6Block) {
            throw refused("InvalidParameterValue", "The subnet " + subnetId + " has no IPv6 CIDR block.");
        }
        ModelEni made = model.create(query.require("ClientToken"), subnetId, Estate.remembered(query));
        if (!Estate.isOf(made, query)) {
            throw Refusals.tokenMismatch();
        }
        return xml -> {
            xml.group("networkInterface", item -> Answers.networkInterface(item, made, "pending", estate));
            xml.text("clientToken", query.require("ClientToken"));
        };
    }

    private Consumer<Xml> attach(Query query) {
        int card = query.number("NetworkCardIndex", 0);
        int index = query.requireNumber("DeviceIndex");
        String instanceId = query.require("InstanceId");
        if (card != 0 || index < 0) {
            throw refused(
                    "InvalidParameterValue", "Network card " + card + ", device index " + index + " is not supported.");
        }
        if (index == 0) {
            throw refused(
                    "InvalidParameterValue",
                    "Instance '" + instanceId + "' already has an interface attached at device index '0'.");
        }
        Attachment made = model.attach(query.require("NetworkInterfaceId"), instanceId, index);
        return xml -> xml.text("attachmentId", made.id()).text("networkCardIndex", card);
    }

    private Consumer<Xml> modify(Query query) {
        String eniId = query.require("NetworkInterfaceId");
        ModelEni eni = attached(query.require("Attachment.AttachmentId"));
        if (!eni.id().equals(eniId)) {
            throw Refusals.noAttachment(query.require("Attachment.AttachmentId"));
        }
        model.deleteOnTermination(eniId, "true".equals(query.require("Attachment.DeleteOnTermination")));
        return Actions::done;
    }

    private Consumer<Xml> detach(Query query) {
        model.detach(attached(query.require("AttachmentId")).id());
        return Actions::done;
    }

    private ModelEni attached(String attachmentId) {
        return model.enis().stream()
                .filter(eni -> eni.attachment()
                        .filter(at -> at.id().equals(attachmentId))
                        .isPresent())
                .findFirst()
                .orElseThrow(() -> Refusals.noAttachment(attachmentId));
    }

    private static void done(Xml xml) {
        xml.text("return", true);
    }
}
