package io.enim.provider.aws;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.CreateRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import software.amazon.awssdk.services.ec2.model.CreateNetworkInterfaceRequest;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.Subnet;

/**
 * Creates ENIs: one for one token, whatever is lost on the way.
 *
 * <p>EC2 compares the parameters when a token comes again, and the subnet is one of them, so a repeat first tries the
 * subnet of the last try. When this process no longer knows it (a restart) and chose another, EC2 refuses with
 * {@code IdempotentParameterMismatch}: that proves the ENI exists, and its token tag finds it.
 */
final class Creation {
    private static final int REMEMBERED = 1024;

    private final Ec2Calls calls;
    private final AwsSettings settings;
    private final Subnets subnets;
    private final Supplier<InstanceInfo> host;
    private final Map<String, Subnet> tried = new ConcurrentHashMap<>();

    Creation(Ec2Calls calls, AwsSettings settings, Subnets subnets, Supplier<InstanceInfo> host) {
        this.calls = calls;
        this.settings = settings;
        this.subnets = subnets;
        this.host = host;
    }

    /** Creates in the first subnet that has room. */
    NetworkInterface create(CreateRequest request) {
        Subnet before = tried.get(request.token());
        if (before != null) {
            try {
                return in(before, request);
            } catch (RetryableProviderException e) {
                giveUpIfFull(before, request, e);
            }
        }
        RetryableProviderException first = null;
        for (Subnet subnet : subnets.candidates()) {
            try {
                return in(subnet, request);
            } catch (RetryableProviderException e) {
                giveUpIfFull(subnet, request, e);
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        throw first == null ? new IllegalStateException("candidates() is never empty") : first;
    }

    /** A full subnet made nothing, so the token is free to go to the next; anything else ends the attempt. */
    private void giveUpIfFull(Subnet subnet, CreateRequest request, RetryableProviderException refused) {
        if (refused.refusal() != Refusal.SUBNET_FULL) {
            throw refused;
        }
        subnets.full(subnet.subnetId());
        tried.remove(request.token());
    }

    private NetworkInterface in(Subnet subnet, CreateRequest request) {
        if (tried.size() >= REMEMBERED) {
            // Forgetting is safe: see IdempotentParameterMismatch above.
            tried.clear();
        }
        tried.put(request.token(), subnet);
        try {
            return calls.create(parameters(subnet, request));
        } catch (FatalProviderException e) {
            if (e.refusal() != Refusal.TOKEN_MISMATCH) {
                throw e;
            }
            return made(request, e);
        }
    }

    private CreateNetworkInterfaceRequest parameters(Subnet subnet, CreateRequest request) {
        List<String> groups =
                settings.securityGroups().isEmpty() ? host.get().securityGroups() : settings.securityGroups();
        CreateNetworkInterfaceRequest.Builder parameters = CreateNetworkInterfaceRequest.builder()
                .clientToken(request.token())
                .subnetId(subnet.subnetId())
                .groups(groups)
                .description("ENIM " + request.ownerTag())
                .tagSpecifications(OwnerTags.specification(request, settings.tags()));
        if (subnets.wantsIpv6(subnet)) {
            parameters.ipv6AddressCount(1);
        }
        return parameters.build();
    }

    /** Finds what the token made before, when EC2 says that it made something else. */
    private NetworkInterface made(CreateRequest request, FatalProviderException mismatch) {
        List<NetworkInterface> found =
                calls.interfaces("of token " + request.token(), OwnerTags.filtersForToken(request.token()));
        if (found.isEmpty()) {
            throw new AmbiguousProviderException(
                    Refusal.TOKEN_MISMATCH,
                    mismatch.code(),
                    "CreateNetworkInterface under token " + request.token()
                            + ": EC2 made an ENI under this token in another subnet, and does not show it yet; ask again",
                    mismatch);
        }
        return found.stream()
                .filter(each -> OwnerTags.ownerTag(each.tagSet()).equals(Optional.of(request.ownerTag())))
                .findFirst()
                .orElseThrow(() -> mismatch);
    }
}
