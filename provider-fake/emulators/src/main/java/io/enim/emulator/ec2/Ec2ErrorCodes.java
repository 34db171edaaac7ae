package io.enim.emulator.ec2;

import static io.enim.emulator.ec2.Ec2Error.refused;

import io.enim.provider.fake.region.CloudRefusal;

/** EC2's error codes for the region's refusals, and the texts that clients are known to match on. */
final class Ec2ErrorCodes {
    private Ec2ErrorCodes() {}

    /** The error; ANSWER_LOST has none, since nothing is answered then. */
    static Ec2Error toError(QueryParameters queryParameters, CloudRefusal refusal) {
        return switch (refusal.reason()) {
            case THROTTLED -> new Ec2Error(503, "RequestLimitExceeded", "Request limit exceeded.");
            case UNAVAILABLE, ANSWER_LOST -> new Ec2Error(500, "InternalError", "An internal error has occurred");
            case NOT_PERMITTED ->
                new Ec2Error(403, "UnauthorizedOperation", "You are not authorized to perform this operation.");
            case ENI_LIMIT ->
                refused("AttachmentLimitExceeded", "Interface count exceeds the limit for the instance type");
            case SUBNET_FULL ->
                refused(
                        "InsufficientFreeAddressesInSubnet",
                        "The specified subnet does not have enough free addresses to satisfy the request.");
            case NO_SUCH_ENI ->
                refused(
                        "InvalidNetworkInterfaceID.NotFound",
                        "The networkInterface ID '" + queryParameters.textOrEmpty("NetworkInterfaceId")
                                + "' does not exist");
            case NO_SUCH_SUBNET ->
                refused(
                        "InvalidSubnetID.NotFound",
                        "The subnet ID '" + queryParameters.textOrEmpty("SubnetId") + "' does not exist");
            case NO_SUCH_INSTANCE ->
                refused(
                        "InvalidInstanceID.NotFound",
                        "The instance ID '" + queryParameters.textOrEmpty("InstanceId") + "' does not exist");
            case NUMBER_TAKEN ->
                refused(
                        "InvalidParameterValue",
                        "Instance '" + queryParameters.textOrEmpty("InstanceId")
                                + "' already has an interface attached at device index '"
                                + queryParameters.textOrEmpty("DeviceIndex") + "'.");
            case TOKEN_MISMATCH -> tokenMismatch();
            case WRONG_STATE -> wrongState(queryParameters, refusal);
        };
    }

    static Ec2Error tokenMismatch() {
        return refused(
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).");
    }

    static Ec2Error noAttachment(String id) {
        return refused("InvalidAttachmentID.NotFound", "The attachment '" + id + "' does not exist.");
    }

    private static Ec2Error wrongState(QueryParameters queryParameters, CloudRefusal refusal) {
        String eni = queryParameters.textOrEmpty("NetworkInterfaceId");
        return switch (queryParameters.action()) {
            case "AttachNetworkInterface" ->
                refused("InvalidNetworkInterface.InUse", "Interface: [" + eni + "] in use.");
            case "DeleteNetworkInterface" ->
                refused("InvalidParameterValue", "Network interface '" + eni + "' is currently in use.");
            default -> refused("IncorrectState", String.valueOf(refusal.getMessage()));
        };
    }
}
