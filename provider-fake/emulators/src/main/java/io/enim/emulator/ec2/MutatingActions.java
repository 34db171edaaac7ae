package io.enim.emulator.ec2;

import static io.enim.emulator.ec2.Ec2Error.refused;

import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedEni.Attachment;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import java.util.function.Consumer;

/** EC2's actions that change something: parameters in, XML out. */
final class MutatingActions {
    private final SimulatedRegion model;
    private final Ec2OnlyState ec2State;
    private final DescribeActions describeActions;

    MutatingActions(SimulatedRegion model, Ec2OnlyState ec2State) {
        this.model = model;
        this.ec2State = ec2State;
        this.describeActions = new DescribeActions(model, ec2State);
    }

    void pageSize(int most) {
        describeActions.pageSize(most);
    }

    /** The body of the answer. */
    String answer(QueryParameters queryParameters, String requestId) {
        Consumer<Xml> content = switch (queryParameters.action()) {
            case "DescribeNetworkInterfaces" -> describeActions.interfaces(queryParameters);
            case "DescribeSubnets" -> describeActions.subnets(queryParameters);
            case "DescribeInstances" -> describeActions.instances(queryParameters);
            case "DescribeInstanceTypes" -> describeActions.instanceTypes(queryParameters);
            case "CreateNetworkInterface" -> create(queryParameters);
            case "AttachNetworkInterface" -> attach(queryParameters);
            case "ModifyNetworkInterfaceAttribute" -> modify(queryParameters);
            case "DetachNetworkInterface" -> detach(queryParameters);
            case "DeleteNetworkInterface" -> {
                model.delete(queryParameters.require("NetworkInterfaceId"));
                yield MutatingActions::done;
            }
            default ->
                throw refused(
                        "InvalidAction",
                        "The action " + queryParameters.action() + " is not valid for this web service.");
        };
        return Xml.answer(queryParameters.action(), requestId, content);
    }

    private Consumer<Xml> create(QueryParameters queryParameters) {
        String subnetId = queryParameters.require("SubnetId");
        boolean ipv6Block = ec2State.subnet(subnetId).flatMap(Subnet::ipv6).isPresent();
        if (queryParameters.number("Ipv6AddressCount", 0) > 0 && !ipv6Block) {
            throw refused("InvalidParameterValue", "The subnet " + subnetId + " has no IPv6 CIDR block.");
        }
        SimulatedEni made = model.create(
                queryParameters.require("ClientToken"), subnetId, Ec2OnlyState.tagsForCreate(queryParameters));
        if (!Ec2OnlyState.isFromSameRequest(made, queryParameters)) {
            throw Ec2ErrorCodes.tokenMismatch();
        }
        return xml -> {
            xml.group("networkInterface", item -> Ec2Responses.networkInterface(item, made, "pending", ec2State));
            xml.text("clientToken", queryParameters.require("ClientToken"));
        };
    }

    private Consumer<Xml> attach(QueryParameters queryParameters) {
        int card = queryParameters.number("NetworkCardIndex", 0);
        int index = queryParameters.requireNumber("DeviceIndex");
        String instanceId = queryParameters.require("InstanceId");
        if (card != 0 || index < 0) {
            throw refused(
                    "InvalidParameterValue", "Network card " + card + ", device index " + index + " is not supported.");
        }
        if (index == 0) {
            throw refused(
                    "InvalidParameterValue",
                    "Instance '" + instanceId + "' already has an interface attached at device index '0'.");
        }
        Attachment made = model.attach(queryParameters.require("NetworkInterfaceId"), instanceId, index);
        return xml -> xml.text("attachmentId", made.id()).text("networkCardIndex", card);
    }

    private Consumer<Xml> modify(QueryParameters queryParameters) {
        String eniId = queryParameters.require("NetworkInterfaceId");
        SimulatedEni eni = attached(queryParameters.require("Attachment.AttachmentId"));
        if (!eni.id().equals(eniId)) {
            throw Ec2ErrorCodes.noAttachment(queryParameters.require("Attachment.AttachmentId"));
        }
        model.deleteOnTermination(eniId, "true".equals(queryParameters.require("Attachment.DeleteOnTermination")));
        return MutatingActions::done;
    }

    private Consumer<Xml> detach(QueryParameters queryParameters) {
        model.detach(attached(queryParameters.require("AttachmentId")).id());
        return MutatingActions::done;
    }

    private SimulatedEni attached(String attachmentId) {
        return model.enis().stream()
                .filter(eni -> eni.attachment()
                        .filter(at -> at.id().equals(attachmentId))
                        .isPresent())
                .findFirst()
                .orElseThrow(() -> Ec2ErrorCodes.noAttachment(attachmentId));
    }

    private static void done(Xml xml) {
        xml.text("return", true);
    }
}
