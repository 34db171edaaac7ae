package io.enim.provider.aws;

import io.enim.AmbiguousProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.support.CloudRequest;
import io.enim.provider.support.CredentialsException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.CreateNetworkInterfaceRequest;
import software.amazon.awssdk.services.ec2.model.Ec2Response;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.Subnet;

/**
 * The requests to EC2 that this adapter makes, one HTTP request each, or one per page. Every failure leaves here as an
 * ENIM error.
 *
 * <p>Lists are asked for by filter and by page, never by ids: a list of ids with one unknown id is an error that names
 * only the first, and a list without pages is refused on large accounts.
 */
final class Ec2Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Ec2Calls.class);
    private static final int PAGE = 1000;
    private static final int MAX_PAGES = 1000;

    private final Ec2Client ec2;

    Ec2Calls(Ec2Client ec2) {
        this.ec2 = ec2;
    }

    /** Every interface the filters match: over all pages, each once. */
    List<NetworkInterface> interfaces(String about, List<Filter> filters) {
        CloudRequest cloudRequest = CloudRequest.reading("DescribeNetworkInterfaces", about);
        Map<String, NetworkInterface> found = new LinkedHashMap<>();
        pages(cloudRequest, token -> {
            var page = send(
                    cloudRequest,
                    () -> ec2.describeNetworkInterfaces(
                            request -> request.filters(filters).maxResults(PAGE).nextToken(token)));
            // An interface that changed between two pages may be on both; the later one is newer.
            page.networkInterfaces().forEach(each -> found.put(each.networkInterfaceId(), each));
            return page.nextToken();
        });
        return List.copyOf(found.values());
    }

    List<Subnet> subnets(String about, List<Filter> filters) {
        CloudRequest cloudRequest = CloudRequest.reading("DescribeSubnets", about);
        List<Subnet> found = new ArrayList<>();
        pages(cloudRequest, token -> {
            var page = send(
                    cloudRequest,
                    () -> ec2.describeSubnets(
                            request -> request.filters(filters).maxResults(PAGE).nextToken(token)));
            found.addAll(page.subnets());
            return page.nextToken();
        });
        return found;
    }

    List<Instance> instances(String instanceId) {
        CloudRequest cloudRequest = CloudRequest.reading("DescribeInstances", instanceId);
        List<Instance> found = new ArrayList<>();
        Filter filter = Filter.builder().name("instance-id").values(instanceId).build();
        pages(cloudRequest, token -> {
            var page = send(
                    cloudRequest,
                    () -> ec2.describeInstances(
                            request -> request.filters(filter).maxResults(PAGE).nextToken(token)));
            page.reservations().forEach(reservation -> found.addAll(reservation.instances()));
            return page.nextToken();
        });
        return found;
    }

    List<InstanceTypeInfo> instanceType(String type) {
        return send(
                        CloudRequest.reading("DescribeInstanceTypes", type),
                        () -> ec2.describeInstanceTypes(request -> request.instanceTypesWithStrings(type)))
                .instanceTypes();
    }

    NetworkInterface create(CreateNetworkInterfaceRequest request) {
        CloudRequest cloudRequest = CloudRequest.changing(
                "CreateNetworkInterface", "in " + request.subnetId() + " under token " + request.clientToken());
        NetworkInterface made =
                send(cloudRequest, () -> ec2.createNetworkInterface(request)).networkInterface();
        if (made == null || made.networkInterfaceId() == null) {
            throw incomplete(cloudRequest, "no interface");
        }
        return made;
    }

    /** Begins to attach; answers the attachment's id. */
    String attach(String eniId, String instanceId, InterfaceSlot slot) {
        CloudRequest cloudRequest =
                CloudRequest.changing("AttachNetworkInterface", eniId + " to " + instanceId + " at " + slot);
        String attachmentId = send(
                        cloudRequest,
                        () -> ec2.attachNetworkInterface(request -> request.networkInterfaceId(eniId)
                                .instanceId(instanceId)
                                .networkCardIndex(slot.card())
                                .deviceIndex(slot.index())))
                .attachmentId();
        if (attachmentId == null) {
            throw incomplete(cloudRequest, "no attachment");
        }
        return attachmentId;
    }

    private static AmbiguousProviderException incomplete(CloudRequest cloudRequest, String what) {
        return new AmbiguousProviderException(
                Refusal.UNAVAILABLE,
                "",
                cloudRequest + ": the answer names " + what + "; describe before acting again");
    }

    /** Lets the interface end with the instance, so that a node that dies leaves no ENI. */
    void deleteOnTermination(String eniId, String attachmentId) {
        CloudRequest cloudRequest =
                CloudRequest.changing("ModifyNetworkInterfaceAttribute", eniId + " " + attachmentId);
        send(
                cloudRequest,
                () -> ec2.modifyNetworkInterfaceAttribute(request -> request.networkInterfaceId(eniId)
                        .attachment(change -> change.attachmentId(attachmentId).deleteOnTermination(true))));
    }

    /** Begins to detach. Never by force: that leaves the instance with a device it believes to have. */
    void detach(String eniId, String attachmentId) {
        CloudRequest cloudRequest = CloudRequest.changing("DetachNetworkInterface", eniId + " " + attachmentId);
        send(cloudRequest, () -> ec2.detachNetworkInterface(request -> request.attachmentId(attachmentId)));
    }

    void delete(String eniId) {
        CloudRequest cloudRequest = CloudRequest.changing("DeleteNetworkInterface", eniId);
        send(cloudRequest, () -> ec2.deleteNetworkInterface(request -> request.networkInterfaceId(eniId)));
    }

    /** Follows the pages to the end. One that leads back, or never ends, is an error: a part must not pass for all. */
    private static void pages(CloudRequest cloudRequest, Function<@Nullable String, @Nullable String> page) {
        Set<String> seen = new HashSet<>();
        String token = page.apply(null);
        while (token != null && !token.isEmpty()) {
            if (!seen.add(token) || seen.size() > MAX_PAGES) {
                throw new RetryableProviderException(
                        Refusal.UNAVAILABLE,
                        "",
                        cloudRequest + ": the pages do not end, after " + seen.size()
                                + "; the list is not complete, ask again");
            }
            token = page.apply(token);
        }
    }

    private <T extends Ec2Response> T send(CloudRequest cloudRequest, Supplier<T> request) {
        try {
            T answer = request.get();
            LOG.debug("{}: ok, {}", cloudRequest, answer.responseMetadata());
            return answer;
        } catch (SdkException | CredentialsException e) {
            throw Ec2Errors.translate(cloudRequest, e);
        }
    }

    /** A filter over one name. */
    static Filter where(String name, Collection<String> values) {
        return Filter.builder().name(name).values(values).build();
    }
}
