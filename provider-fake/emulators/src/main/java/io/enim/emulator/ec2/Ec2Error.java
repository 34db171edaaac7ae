// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.ec2;

import io.enim.provider.fake.region.CloudRefusal;
import java.util.Map;

/**
 * An answer that is an error, in EC2's form: its codes for the region's refusals, and the texts that clients are known to
 * match on.
 */
final class Ec2Error extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int status;
    private final String code;
    private final String text;

    Ec2Error(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.text = message;
    }

    static Ec2Error refused(String code, String message) {
        return new Ec2Error(400, code, message);
    }

    static void require(boolean holds, int status, String code, String message) {
        if (!holds) {
            throw new Ec2Error(status, code, message);
        }
    }

    static Ec2Error invalid(String message) {
        return refused("InvalidParameterValue", message);
    }

    static Ec2Error tokenMismatch() {
        return refused(
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).");
    }

    static Ec2Error missing(String code, String what, String id) {
        return refused(code + ".NotFound", "The " + what + " '" + id + "' does not exist");
    }

    /**
     * The error for a refusal. ANSWER_LOST has none: nothing is answered then.
     *
     * @param turn where EC2 has several wordings for one thing, they are used in turn
     */
    static Ec2Error of(QueryParameters query, CloudRefusal refusal, int turn) {
        String eni = query.textOrEmpty("NetworkInterfaceId");
        String subnet = query.textOrEmpty("SubnetId");
        String instance = query.textOrEmpty("InstanceId");
        return switch (refusal.reason()) {
            case THROTTLED -> new Ec2Error(503, "RequestLimitExceeded", "Request limit exceeded.");
            case UNAVAILABLE, ANSWER_LOST -> new Ec2Error(500, "InternalError", "An internal error has occurred");
            case NOT_PERMITTED ->
                new Ec2Error(403, "UnauthorizedOperation", "You are not authorized to perform this operation.");
            case ENI_LIMIT ->
                refused("AttachmentLimitExceeded", "Interface count exceeds the limit for the instance type");
            case SUBNET_FULL ->
                turn % 2 == 0
                        ? refused(
                                "InsufficientFreeAddressesInSubnet",
                                "The specified subnet does not have enough free addresses to satisfy the request.")
                        : invalid("There aren't sufficient free Ipv4 addresses or prefixes");
            case INSTANCE_NOT_RUNNING ->
                switch (turn % 3) {
                    case 0 -> refused("IncorrectState", "Instance '" + instance + "' is not 'running'.");
                    case 1 ->
                        refused(
                                "InvalidInstanceID",
                                "The instance ID '" + instance + "' is in the state pending, which prevents this.");
                    default -> invalid("Instance '" + instance + "' is not 'running'");
                };
            case NO_SUCH_ENI -> missing("InvalidNetworkInterfaceID", "networkInterface ID", eni);
            case NO_SUCH_SUBNET -> missing("InvalidSubnetID", "subnet ID", subnet);
            case NO_SUCH_INSTANCE -> missing("InvalidInstanceID", "instance ID", instance);
            case NUMBER_TAKEN ->
                invalid("Instance '" + instance + "' already has an interface attached at device index '"
                        + query.textOrEmpty("DeviceIndex") + "'.");
            case TOKEN_MISMATCH -> tokenMismatch();
            case WRONG_STATE ->
                switch (query.action()) {
                    case "AttachNetworkInterface" ->
                        refused("InvalidNetworkInterface.InUse", "Interface: [" + eni + "] in use.");
                    case "DeleteNetworkInterface" -> invalid("Network interface '" + eni + "' is currently in use.");
                    default -> refused("IncorrectState", String.valueOf(refusal.getMessage()));
                };
        };
    }

    /** The body of the answer. */
    String body(String requestId) {
        Map<String, String> error = Map.of("Code", code, "Message", text);
        return Xml.document("Response", "", Map.of("Errors", Map.of("Error", error), "RequestID", requestId));
    }
}
