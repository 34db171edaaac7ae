// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import com.baidubce.services.eni.model.CreateEniRequest;
import com.baidubce.services.eni.model.PrivateIp;
import com.fasterxml.jackson.databind.JsonNode;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.CreateRequest;
import io.enim.provider.support.MismatchedTokens;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Creates ENIs: one for one token, whatever is lost on the way.
 *
 * <p>Two things see to that, since the cloud keeps a token for 24 hours after its last use, and binds it to the parameters of a
 * request that was refused, too. The name is made from the token, and the cloud is asked for that name before every creation;
 * that finds what was made long ago. The token goes along; that finds what was made a moment ago and is not visible yet, in the
 * subnet it was tried in.
 */
record Creation(BceCalls calls, BceSettings settings, BceNode node, Subnets subnets, MismatchedTokens mismatched) {
    /** Answers the id of the one ENI of this token. */
    String create(CreateRequest request) {
        String name = EniNames.name(request.ownerTag(), request.token());
        return named(name)
                .orElseGet(() -> subnets.create(
                        request.token(), (subnet, clientToken) -> create(subnet, name, clientToken, request)));
    }

    /** The ENI of this name. Of several always the same one: the others are for garbage collection. */
    private Optional<String> named(String name) {
        return calls.list(node.vpcId(), "name", name).entrySet().stream()
                .filter(entry -> name.equals(entry.getValue().path("name").asText("")))
                .min(Comparator.comparing((Map.Entry<String, JsonNode> entry) ->
                                entry.getValue().path("createdTime").asText(""))
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey);
    }

    private String create(BceSubnet subnet, String name, String clientToken, CreateRequest request) {
        try {
            return calls.create(parameters(subnet, name, clientToken, request));
        } catch (FatalProviderException e) {
            if (e.refusal() == Refusal.TOKEN_MISMATCH) {
                return mismatched.find(request.token(), e, () -> named(name));
            }
            throw e;
        } catch (RetryableProviderException e) {
            if (e.refusal() == Refusal.NOT_FOUND) {
                // What is missing is what the settings name: nothing that waiting would bring.
                String more = ", or a subnet or security group is unknown; check enim.provider.bce.*";
                throw new FatalProviderException(Refusal.NOT_FOUND, e.code(), e.getMessage() + more, e);
            }
            throw e;
        }
    }

    private CreateEniRequest parameters(BceSubnet subnet, String name, String clientToken, CreateRequest request) {
        return new CreateEniRequest()
                .setClientToken(clientToken)
                .setName(name)
                .setSubnetId(subnet.id())
                .setSecurityGroupIds(settings.enterpriseGroups() ? null : settings.securityGroups())
                .setEnterpriseSecurityGroupIds(settings.enterpriseGroups() ? settings.securityGroups() : null)
                .setPrivateIpSet(List.of(automatic(true)))
                .setIpv6PrivateIpSet(subnets.wantsIpv6(subnet) ? List.of(automatic(false)) : null)
                .setDescription("ENIM " + request.ownerTag());
    }

    /** An address of the cloud's choice: it takes the empty text for that. */
    private static PrivateIp automatic(boolean primary) {
        return new PrivateIp().setPrivateIpAddress("").setPrimary(primary);
    }
}
