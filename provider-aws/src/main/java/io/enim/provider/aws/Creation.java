// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.provider.CreateRequest;
import io.enim.provider.support.MismatchedTokens;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.ec2.model.CreateNetworkInterfaceRequest;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.Subnet;

/**
 * Creates ENIs: one for one token, whatever is lost on the way.
 *
 * <p>EC2 compares the parameters when a token comes again, and the subnet is one of them, so a repeat first tries the
 * subnet of the last try. When this process no longer knows it (a restart) and chose another, EC2 refuses with
 * {@code IdempotentParameterMismatch}. Then the ENI's token tag finds it; if nothing has the tag as long as an ENI may be hidden,
 * the request before was refused and bound the token all the same.
 */
record Creation(
        Ec2Calls calls,
        AwsSettings settings,
        Subnets subnets,
        Supplier<InstanceInfo> instanceInfo,
        MismatchedTokens mismatched) {
    /** Creates in the first subnet that has room. */
    NetworkInterface create(CreateRequest request) {
        return subnets.create(request.token(), (subnet, clientToken) -> {
            try {
                return calls.create(parameters(subnet, request, clientToken));
            } catch (FatalProviderException e) {
                if (e.refusal() != Refusal.TOKEN_MISMATCH) {
                    throw e;
                }
                return mismatched.find(request.token(), e, () -> findCreated(request, e));
            }
        });
    }

    private CreateNetworkInterfaceRequest parameters(Subnet subnet, CreateRequest request, String clientToken) {
        List<String> groups =
                settings.securityGroups().isEmpty() ? instanceInfo.get().securityGroups() : settings.securityGroups();
        return CreateNetworkInterfaceRequest.builder()
                .clientToken(clientToken)
                .subnetId(subnet.subnetId())
                .groups(groups)
                .description("ENIM " + request.ownerTag())
                .tagSpecifications(OwnerTags.specification(request, settings.tags()))
                .ipv6AddressCount(subnets.wantsIpv6(subnet) ? 1 : null)
                .build();
    }

    /** Finds what the token made before, when EC2 says that it made something else. */
    private Optional<NetworkInterface> findCreated(CreateRequest request, FatalProviderException mismatch) {
        List<NetworkInterface> found =
                calls.interfaces("of token " + request.token(), OwnerTags.filtersForToken(request.token()));
        Optional<NetworkInterface> ours = found.stream()
                .filter(each -> OwnerTags.ownerTag(each.tagSet()).equals(Optional.of(request.ownerTag())))
                .findFirst();
        if (ours.isEmpty() && !found.isEmpty()) {
            throw mismatch; // It made an ENI of another owner.
        }
        return ours;
    }
}
