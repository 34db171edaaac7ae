// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.ec2;

import static io.enim.emulator.ec2.Ec2Error.invalid;
import static io.enim.emulator.ec2.Ec2Error.refused;

import io.enim.provider.fake.region.CloudRefusal;
import io.enim.provider.fake.region.CloudRefusal.Reason;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedEni.Attachment;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** EC2's actions, those that change something among them. */
final class MutatingActions {
    private static final Map<String, Boolean> DONE = Map.of("return", true);

    private final SimulatedRegion model;
    private final Ec2OnlyState ec2State;
    private final DescribeActions describeActions;
    private final AtomicInteger refusals = new AtomicInteger();

    MutatingActions(SimulatedRegion model, Ec2OnlyState ec2State, DescribeActions describeActions) {
        this.model = model;
        this.ec2State = ec2State;
        this.describeActions = describeActions;
    }

    /**
     * The body of the answer.
     *
     * @throws CloudRefusal the answer is lost
     */
    String answer(QueryParameters query, String requestId) {
        try {
            return Xml.answer(query.action(), requestId, content(query));
        } catch (CloudRefusal e) {
            throw e.reason() == Reason.ANSWER_LOST ? e : Ec2Error.of(query, e, refusals.getAndIncrement());
        }
    }

    private Map<String, ?> content(QueryParameters query) {
        return switch (query.action()) {
            case "DescribeNetworkInterfaces" -> describeActions.interfaces(query);
            case "DescribeSubnets" -> describeActions.subnets(query);
            case "DescribeInstances" -> describeActions.instances(query);
            case "DescribeInstanceTypes" -> describeActions.instanceTypes(query);
            case "CreateNetworkInterface" -> create(query);
            case "AttachNetworkInterface" -> attach(query);
            case "ModifyNetworkInterfaceAttribute" -> modify(query);
            case "DetachNetworkInterface" -> detach(query);
            case "DeleteNetworkInterface" -> {
                model.delete(query.require("NetworkInterfaceId"));
                yield DONE;
            }
            default ->
                throw refused("InvalidAction", "The action " + query.action() + " is not valid for this web service.");
        };
    }

    private Map<String, ?> create(QueryParameters query) {
        String subnetId = query.require("SubnetId");
        boolean ipv6Block = ec2State.subnet(subnetId).flatMap(Subnet::ipv6).isPresent();
        if (query.number("Ipv6AddressCount", 0) > 0 && !ipv6Block) {
            throw invalid("The subnet " + subnetId + " has no IPv6 CIDR block.");
        }
        SimulatedEni made = model.create(query.require("ClientToken"), subnetId, Ec2OnlyState.tagsForCreate(query));
        if (!Ec2OnlyState.isFromSameRequest(made, query)) {
            throw Ec2Error.tokenMismatch();
        }
        Map<String, Object> created = Ec2Responses.networkInterface(made, "pending", ec2State);
        return Map.of("networkInterface", created, "clientToken", query.require("ClientToken"));
    }

    private Map<String, ?> attach(QueryParameters query) {
        int card = query.number("NetworkCardIndex", 0);
        int index = query.requireNumber("DeviceIndex");
        String instanceId = query.require("InstanceId");
        if (card != 0 || index < 0) {
            throw invalid("Network card " + card + ", device index " + index + " is not supported.");
        }
        Attachment made = model.attach(query.require("NetworkInterfaceId"), instanceId, index);
        return Map.of("attachmentId", made.id(), "networkCardIndex", card);
    }

    private Map<String, ?> modify(QueryParameters query) {
        String eniId = query.require("NetworkInterfaceId");
        SimulatedEni eni = attached(query.require("Attachment.AttachmentId"));
        if (!eni.id().equals(eniId)) {
            throw noAttachment(query.require("Attachment.AttachmentId"));
        }
        model.deleteOnTermination(eniId, "true".equals(query.require("Attachment.DeleteOnTermination")));
        return DONE;
    }

    private Map<String, ?> detach(QueryParameters query) {
        model.detach(attached(query.require("AttachmentId")).id());
        return DONE;
    }

    private SimulatedEni attached(String attachmentId) {
        return model.enis().stream()
                .filter(eni -> eni.attachment()
                        .filter(at -> at.id().equals(attachmentId))
                        .isPresent())
                .findFirst()
                .orElseThrow(() -> noAttachment(attachmentId));
    }

    private static Ec2Error noAttachment(String id) {
        return Ec2Error.missing("InvalidAttachmentID", "attachment", id);
    }
}
